import type { JsonSchema } from '../../schema/json-schema.ts';
import { localInputs } from './local-inputs.ts';
import type { McpAction, McpOptions } from './types.ts';

/** Rows with more members than this are listed as open objects. */
const MEMBERS = 6;
/**
 * How much of each tool the list has: all inputs with their types, or the required ones, the names of the others and a description
 * of so many characters.
 */
export type Detail = 'inputs' | { characters: number };

/** What belongs to the page of a list and not to the action. */
const PAGE_INPUTS: Record<string, JsonSchema> = {
  limit: { type: 'integer' },
  fields: { type: 'string' },
  cursor: { type: 'string' },
};

interface Slim {
  description: string;
  inputSchema: JsonSchema & { type: 'object' };
}

/**
 * An action as tools/list has it. A client reads the list into each conversation, so titles, examples, limits and further
 * sentences are left to describe_tool, and attributes of the org to okta://schema/….
 */
export function slimTool(action: McpAction, options: McpOptions, detail: Detail): Slim {
  const left = localInputs(action, options);
  const input = action.input as JsonSchema;
  const required = (input.required ?? []).filter((name) => !left.includes(name));
  const others: string[] = [];
  const properties: Record<string, JsonSchema> = {};
  for (const [name, schema] of Object.entries(input.properties ?? {})) {
    const of = action.attributes[name];
    if (left.includes(name)) continue;
    if (of) properties[name] = attributesObject(schema, of.resource);
    else if (detail === 'inputs' || required.includes(name)) properties[name] = slim(schema);
    else if (!(action.list && name in PAGE_INPUTS)) others.push(name);
  }
  if (action.list)
    Object.assign(properties, detail === 'inputs' ? PAGE_INPUTS : { cursor: PAGE_INPUTS.cursor });
  const sentence = firstSentence(action.description);
  return {
    description: detail === 'inputs' ? sentence : withNames(sentence, detail.characters, others),
    inputSchema: { type: 'object', properties, ...(required.length > 0 ? { required } : {}) },
  };
}

const firstSentence = (text: string): string =>
  /^.*?[.;](?= |$)/.exec(text)?.[0].replace(/[.;]$/, '') ?? text;

/** Words after which a sentence cannot end. */
const LOOSE_END =
  /(?:[,:;]?\s+(?:an?|and|as|at|by|for|from|in|is|its?|of|on|or|that|the|to|what|which|who|with))+$/;

function withNames(sentence: string, characters: number, names: readonly string[]): string {
  const short =
    sentence.length > characters
      ? sentence
          .slice(0, characters)
          .replace(/[,:;]?\s+\S*$/, '')
          .replace(LOOSE_END, '')
      : sentence;
  return names.length > 0 ? `${short}; also ${names.join(' ')}` : short;
}

/** Which attributes there are is the org's business: an open object that says where to read it. */
const attributesObject = ({ required }: JsonSchema, resource: string): JsonSchema => ({
  type: 'object',
  description: `See okta://schema/${resource}`,
  ...(required ? { required } : {}),
});

function slim(schema: JsonSchema, place: 'top' | 'item' = 'top'): JsonSchema {
  const { type, enum: choices, anyOf, items, properties } = schema;
  const kinds = [type ?? anyOf?.flatMap((one) => one.type ?? []) ?? []]
    .flat()
    .filter((one) => one !== 'null');
  const [only] = kinds;
  // One type each, as some clients refuse lists of types; a value of any type is told by a description.
  if (only === undefined || new Set(kinds).size > 1) return { description: 'any JSON' };
  if (choices) return { type: only, enum: choices.filter((one) => one !== null) };
  if (only === 'array') return { type: 'array', items: items ? slim(items, 'item') : { type: 'string' } };
  if (only !== 'object' || place === 'top') return { type: only };
  // Rows: their members are the whole point of the input.
  const members = Object.entries(properties ?? {}).map(([name, member]) => [name, memberOf(member)] as const);
  return members.length > 0 && members.length <= MEMBERS
    ? { type: 'object', properties: Object.fromEntries(members) }
    : { type: 'object' };
}

function memberOf({ type, items }: JsonSchema): JsonSchema {
  const kinds = [type ?? []].flat().filter((one) => one !== 'null');
  const [only] = kinds;
  if (kinds.length !== 1 || only === undefined) return { description: 'any JSON' };
  if (only !== 'array') return { type: only };
  return { type: 'array', items: { type: typeof items?.type === 'string' ? items.type : 'string' } };
}
