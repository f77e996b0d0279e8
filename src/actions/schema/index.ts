/** In display order. */
export const schemaActions = [] as const;
