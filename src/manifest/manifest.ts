import { z } from 'zod';
import { isList } from '../actions/run.ts';
import { connector } from '../connector.ts';
import type { ActionDefinition, ResourceDefinition, TriggerDefinition } from '../define.ts';
import { carriedIn, type Mode } from '../resources/reference.ts';
import { HOOK_SCOPES } from '../triggers/sources/hook/event-hook.ts';
import { type RawSchema, shareSchemas } from './shared-schemas.ts';

/**
 * A zod schema as plain JSON Schema, limited to keywords common to draft-07 and 2020-12 and without `$schema`, so that
 * every validator accepts it.
 */
function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): RawSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    target: 'draft-7',
    io,
    reused: 'inline',
  }) as RawSchema;
  return withoutPatterns(rest) as RawSchema;
}

/** Removes zod's date pattern: `format` is sufficient, and hosts show patterns to people. */
function withoutPatterns(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutPatterns);
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node).filter(([name]) => !(name === 'pattern' && 'format' in node));
  return Object.fromEntries(entries.map(([name, value]) => [name, withoutPatterns(value)]));
}

/** Drop-downs of inputs: input name to key of the drop-down. */
const optionsOf = (input: z.ZodType): Record<string, string> =>
  Object.fromEntries(
    Object.entries(carriedIn(input)).flatMap(([name, { names }]) =>
      names?.choices ? [[name, names.choices.key]] : [],
    ),
  );

/** Inputs whose members are attributes defined by the org: the resource, and the input that selects its kind. */
const attributesOf = (
  input: z.ZodType,
): Record<string, { resource: string; by?: string; required?: readonly string[] }> =>
  Object.fromEntries(
    Object.entries(carriedIn(input)).flatMap(([name, { attributesOf: resource, attributesBy: by }]) =>
      resource
        ? [
            [
              name,
              {
                resource: resource.key,
                ...(by ? { by } : {}),
                ...(resource.attributes?.required ? { required: resource.attributes.required } : {}),
              },
            ],
          ]
        : [],
    ),
  );

type Mappings = Record<string, { resource: string; previewBy: string }>;

/** Inputs that map attributes to fields: whose attributes, and the action that previews it. Left out without any. */
function mappingsOf(input: z.ZodType): { mappings?: Mappings } {
  const mappings = Object.entries(carriedIn(input)).flatMap(([name, { maps }]) =>
    maps ? [[name, { resource: maps.resource.key, previewBy: maps.previewBy }]] : [],
  );
  return mappings.length > 0 ? { mappings: Object.fromEntries(mappings) } : {};
}

/** Inputs that count for one use of a trigger only. */
const onlyOf = (input: z.ZodType): Record<string, Mode> =>
  Object.fromEntries(
    Object.entries(carriedIn(input)).flatMap(([name, { only }]) => (only ? [[name, only]] : [])),
  );

/** Every request that an action can send; `*` where it can send any. */
function callsOf({ request, calls = [], input }: ActionDefinition): { method: string; path: string }[] {
  if (calls === 'any') return [{ method: '*', path: '*' }];
  const lookups = Object.values(carriedIn(input)).flatMap(({ names, attributesOf: of }) => [
    ...(names?.names?.calls ?? []),
    ...(of?.attributes?.calls ?? []),
  ]);
  const all = [...(request ? [`${request.method} ${request.path}`] : []), ...calls, ...lookups];
  return [...new Set(all)].map((call) => {
    const [method = '', path = ''] = call.split(' ');
    return { method, path };
  });
}

/** One action as data: the output of `describe --json`, and its entry in connector.json. */
export function describeAction(action: ActionDefinition) {
  const { key, resource, title, description, docsUrl, scopes, effect, effectWhen, offline, sample } = action;
  const attributes = attributesOf(action.input);
  return {
    ...{ key, resource: resource.key, title, description, docsUrl, scopes, effect },
    ...(effectWhen ? { effectWhen } : {}),
    ...(offline ? { offline } : {}),
    list: isList(action),
    calls: callsOf(action),
    options: optionsOf(action.input),
    dynamicFields: Object.keys(attributes),
    attributes,
    ...mappingsOf(action.input),
    input: jsonSchemaOf(action.input, 'input'),
    output: jsonSchemaOf(action.output, 'output'),
    sample,
  };
}

/** One trigger as data. */
export function describeTrigger(trigger: TriggerDefinition) {
  const { key, resource, title, description, docsUrl, scopes, kind, eventTypes = [], sample } = trigger;
  const { offline, served } = trigger;
  const instant = trigger.source.hook !== undefined;
  return {
    ...{ key, resource: resource.key, title, description, docsUrl, scopes, kind, eventTypes, instant },
    ...(offline ? { offline } : {}),
    ...(served ? { served } : {}),
    instantScopes: instant ? [...new Set([...HOOK_SCOPES, ...scopes])] : [],
    only: instant ? onlyOf(trigger.input) : {},
    options: optionsOf(trigger.input),
    ...mappingsOf(trigger.input),
    input: jsonSchemaOf(trigger.input, 'input'),
    output: jsonSchemaOf(trigger.output, 'output'),
    sample,
  };
}

/** One way to authenticate as data. */
export function describeAuth(mode: (typeof connector.authModes)[number]) {
  const { title, properties, required } = jsonSchemaOf(mode, 'input');
  const { type, ...fields } = properties as Record<string, RawSchema>;
  return {
    type: type?.const,
    title,
    fields: {
      type: 'object',
      properties: fields,
      required: (required as string[]).filter((name) => name !== 'type'),
    },
  };
}

let whole: Manifest | undefined;

/** The whole connector as data, from which hosts build their forms. Created once. */
export function manifest(): Manifest {
  whole ??= describeConnector();
  return whole;
}

export type Manifest = ReturnType<typeof describeConnector>;

function describeConnector() {
  const actions = connector.actions.map(describeAction);
  const triggers = connector.triggers.map(describeTrigger);
  const filled = [...actions, ...triggers].flatMap(({ options }) => Object.entries(options));
  const fillsOf = ({ one = '', choices }: ResourceDefinition) => [
    // The input for a single object, even if no operation has it.
    ...new Set([
      ...[...one.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name),
      ...filled.filter(([, key]) => key === choices?.key).map(([name]) => name),
    ]),
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
      auth: connector.authModes.map(describeAuth),
    },
    resources: connector.resources.map(({ key, title }) => ({ key, title })),
    actions,
    triggers,
    options: connector.resources.flatMap((resource) => {
      const { choices, scopes, names } = resource;
      if (!choices) return [];
      const { key, title, within } = choices;
      const named = names && { names: { words: names.words, handle: names.handle } };
      return [{ key, title, scopes, fills: fillsOf(resource), ...(within ? { within } : {}), ...named }];
    }),
    dynamicFields: {
      fills: [...new Set(actions.flatMap(({ dynamicFields }) => dynamicFields))],
      scopes: [...new Set(connector.resources.flatMap(({ attributes }) => attributes?.scopes ?? []))],
    },
  };
}

/** The manifest as stored in connector.json: repeated schemas are in `$defs`. */
export function manifestFile() {
  const { actions, triggers, ...rest } = manifest();
  const schemas: Record<string, RawSchema> = {};
  // First, because a shared schema is named after its first user.
  for (const { key, schema } of connector.resources)
    if (schema) schemas[key] = jsonSchemaOf(schema, 'output');
  for (const { key, input, output } of [...actions, ...triggers]) {
    schemas[`${key}_output`] = output;
    // Only nested schemas are shared: hosts expect the fields of an input in place.
    for (const [name, field] of Object.entries((input.properties ?? {}) as Record<string, RawSchema>))
      schemas[`${key}.${name}`] = field;
  }
  const shared = shareSchemas(schemas);
  const lighter = <T extends { key: string; input: RawSchema }>(operation: T) => ({
    ...operation,
    input: {
      ...operation.input,
      properties: Object.fromEntries(
        Object.keys((operation.input.properties ?? {}) as object).map((name) => [
          name,
          shared.schemas[`${operation.key}.${name}`],
        ]),
      ),
    },
    output: shared.schemas[`${operation.key}_output`],
  });
  return {
    ...rest,
    actions: actions.map(lighter),
    triggers: triggers.map(lighter),
    $defs: shared.$defs,
  };
}
