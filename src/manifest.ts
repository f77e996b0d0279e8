import { z } from 'zod';
import { connector } from './connector.ts';
import type { ActionDefinition, TriggerDefinition } from './define.ts';
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

const namesOf = (input: z.ZodType): string[] =>
  Object.keys((jsonSchemaOf(input, 'input').properties ?? {}) as object);

/** The drop-downs that fill inputs: input name to key of the options. */
function dynamicInputs(input: z.ZodType): Record<string, string> {
  const names = namesOf(input);
  const filled = names.map(
    (name) => [name, connector.options.find((one) => one.fills.includes(name))?.key] as const,
  );
  return Object.fromEntries(filled.filter(([, key]) => key !== undefined)) as Record<string, string>;
}

/** One action as data: what `describe --json` prints and connector.json holds. */
export function describeAction(action: ActionDefinition) {
  const { key, resource, title, description, docsUrl, scopes, effect, sample } = action;
  return {
    ...{ key, resource, title, description, docsUrl, scopes, effect },
    list: isList(action),
    options: dynamicInputs(action.input),
    dynamicFields: namesOf(action.input).filter((name) => connector.dynamicFields.fills.includes(name)),
    input: jsonSchemaOf(action.input, 'input'),
    output: jsonSchemaOf(action.output, 'output'),
    sample,
  };
}

/** One trigger as data. */
export function describeTrigger(trigger: TriggerDefinition) {
  const { key, resource, title, description, docsUrl, scopes, kind, sample } = trigger;
  return {
    ...{ key, resource, title, description, docsUrl, scopes, kind },
    options: dynamicInputs(trigger.input),
    input: jsonSchemaOf(trigger.input, 'input'),
    output: jsonSchemaOf(trigger.output, 'output'),
    sample,
  };
}

/** The whole connector as data: connector.json. */
export function manifest() {
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
    actions: connector.actions.map(describeAction),
    triggers: connector.triggers.map(describeTrigger),
    options: connector.options.map(({ key, title, scopes, fills }) => ({ key, title, scopes, fills })),
    dynamicFields: connector.dynamicFields,
  };
}
