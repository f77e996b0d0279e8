/** A mapping as written in a file. The helper of the mapping replaces this. */
export type MappingInput = Record<string, unknown>;
