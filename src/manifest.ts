import { z } from 'zod';
import { connector } from './connector.ts';
import type { ActionDefinition, TriggerDefinition } from './define.ts';
import { carriedIn } from './resources/reference.ts';
import { isList } from './run-action.ts';

type JsonSchema = Record<string, unknown>;

/**
 * A zod schema as plain JSON Schema. Only keywords are used that draft-07 and 2020-12 share, and no `$schema` is
 * named, so that every validator takes it.
 */
function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    target: 'draft-7',
    io,
    reused: 'inline',
  }) as JsonSchema;
  return withoutPatterns(rest) as JsonSchema;
}

/** zod writes its date pattern beside `format`; hosts show patterns to people, and `format` says it all. */
function withoutPatterns(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutPatterns);
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node).filter(([name]) => !(name === 'pattern' && 'format' in node));
  return Object.fromEntries(entries.map(([name, value]) => [name, withoutPatterns(value)]));
}

/** The drop-downs that fill inputs: input name to key of the drop-down. */
const optionsOf = (input: z.ZodType): Record<string, string> =>
  Object.fromEntries(
    Object.entries(carriedIn(input)).flatMap(([name, { names }]) =>
      names?.choices ? [[name, names.choices.key]] : [],
    ),
  );

/** Inputs whose members are attributes that the org defines: of which resource, and which input says of which kind. */
const attributesOf = (input: z.ZodType): Record<string, { resource: string; by?: string }> =>
  Object.fromEntries(
    Object.entries(carriedIn(input)).flatMap(([name, { attributesOf: resource, attributesBy: by }]) =>
      resource ? [[name, { resource: resource.key, ...(by ? { by } : {}) }]] : [],
    ),
  );

/** One action as data: what `describe --json` prints and connector.json holds. */
export function describeAction(action: ActionDefinition) {
  const { key, resource, title, description, docsUrl, scopes, effect, sample } = action;
  const attributes = attributesOf(action.input);
  return {
    ...{ key, resource: resource.key, title, description, docsUrl, scopes, effect },
    list: isList(action),
    options: optionsOf(action.input),
    dynamicFields: Object.keys(attributes),
    attributes,
    input: jsonSchemaOf(action.input, 'input'),
    output: jsonSchemaOf(action.output, 'output'),
    sample,
  };
}

/** One trigger as data. */
export function describeTrigger(trigger: TriggerDefinition) {
  const { key, resource, title, description, docsUrl, scopes, kind, sample } = trigger;
  return {
    ...{ key, resource: resource.key, title, description, docsUrl, scopes, kind },
    options: optionsOf(trigger.input),
    input: jsonSchemaOf(trigger.input, 'input'),
    output: jsonSchemaOf(trigger.output, 'output'),
    sample,
  };
}

/** The whole connector as data: connector.json. */
export function manifest() {
  const actions = connector.actions.map(describeAction);
  const triggers = connector.triggers.map(describeTrigger);
  const filled = [...actions, ...triggers].flatMap(({ options }) => Object.entries(options));
  const fillsOf = (key: string) => [
    ...new Set(filled.filter(([, one]) => one === key).map(([name]) => name)),
  ];
  return {
    $schema: './schema/connector.schema.json',
    ...connector.identity,
    connection: {
      orgUrl: {
        title: 'Org URL',
        description: 'Where people sign in, for example https://acme.okta.com.',
        type: 'string',
      },
      auth: connector.authModes.map((mode) => {
        const { title, properties, required } = jsonSchemaOf(mode, 'input');
        const { type, ...fields } = properties as Record<string, JsonSchema>;
        return {
          type: type?.const,
          title,
          fields: {
            type: 'object',
            properties: fields,
            required: (required as string[]).filter((name) => name !== 'type'),
          },
        };
      }),
    },
    resources: connector.resources.map(({ key, title }) => ({ key, title })),
    actions,
    triggers,
    options: connector.resources.flatMap(({ choices, scopes, names }) =>
      choices
        ? [
            {
              ...{ key: choices.key, title: choices.title, scopes, fills: fillsOf(choices.key) },
              ...(names ? { names: { words: names.words, handle: names.handle } } : {}),
            },
          ]
        : [],
    ),
    dynamicFields: {
      fills: [...new Set(actions.flatMap(({ dynamicFields }) => dynamicFields))],
      scopes: [...new Set(connector.resources.flatMap(({ attributes }) => attributes?.scopes ?? []))],
    },
  };
}
