import type { z } from 'zod';
import { isList } from '../actions/run.ts';
import { connector } from '../connector.ts';
import type { ActionDefinition, ResourceDefinition, TriggerDefinition } from '../define.ts';
import { changeDetailsSchema, eventAdditions, extended } from '../resources/event-type/event-schema.ts';
import { carriedIn, type Mode } from '../resources/reference.ts';
import { inSentence } from '../schema/labels.ts';
import { HOOK_SCOPES } from '../triggers/sources/hook/event-hook.ts';
import { eventSampleOf } from '../triggers/sources/log/event-sample.ts';
import { logOnly } from '../triggers/sources/log/hookable.ts';
import { jsonSchemaOf } from './json-schema-of.ts';
import { type RawSchema, shareSchemas } from './shared-schemas.ts';

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

/** Inputs that mean the machine on which the connector runs. */
const localOf = (input: z.ZodType): string[] =>
  Object.entries(carriedIn(input)).flatMap(([name, { local }]) => (local ? [name] : []));

/** What an operation is about, and where hosts group it. */
const placeOf = ({ noun, job, resource }: Pick<ActionDefinition, 'noun' | 'job' | 'resource'>) => ({
  resource: resource.key,
  noun: noun ?? resource.noun ?? inSentence(resource.title),
  category: job ?? resource.job,
});

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
  const { key, title, description, docsUrl, scopes, effect, effectWhen, offline, sample } = action;
  const attributes = attributesOf(action.input);
  return {
    ...{ key, ...placeOf(action), title, description, docsUrl, scopes, effect },
    ...(effectWhen ? { effectWhen } : {}),
    ...(offline ? { offline } : {}),
    list: isList(action),
    calls: callsOf(action),
    local: localOf(action.input),
    options: optionsOf(action.input),
    dynamicFields: Object.keys(attributes),
    attributes,
    ...mappingsOf(action.input),
    input: jsonSchemaOf(action.input, 'input'),
    output: jsonSchemaOf(action.output, 'output'),
    sample,
  };
}

/**
 * One trigger as data.
 * @param about event types about which the output tells; those of the trigger, if it has any.
 */
export function describeTrigger(trigger: TriggerDefinition, about: readonly string[] = []) {
  const { key, title, description, docsUrl, scopes, kind, eventTypes = [], sample } = trigger;
  const output = jsonSchemaOf(trigger.output, 'output');
  const { offline, served, signed } = trigger;
  const instant = trigger.source.hook !== undefined;
  const polled = logOnly(eventTypes);
  return {
    ...{ key, ...placeOf(trigger), title, description, docsUrl, scopes, kind, eventTypes, instant },
    ...(instant && polled.length > 0 ? { logOnly: polled } : {}),
    ...(offline ? { offline } : {}),
    ...(served ? { served } : {}),
    ...(signed ? { signed } : {}),
    // A trigger that is nothing but instant names all it needs, which may be no hook.
    instantScopes: instant ? [...new Set([...(kind === 'webhook' ? [] : HOOK_SCOPES), ...scopes])] : [],
    only: instant ? onlyOf(trigger.input) : {},
    local: localOf(trigger.input),
    options: optionsOf(trigger.input),
    ...mappingsOf(trigger.input),
    input: jsonSchemaOf(trigger.input, 'input'),
    output: extended(output, eventAdditions(output, eventTypes.length > 0 ? eventTypes : about)) as RawSchema,
    sample: about[0] === undefined ? sample : sampleAbout(sample, about[0]),
  };
}

/**
 * Schema of the items of a trigger without what depends on their event types, which makes it the same for many: for descriptions
 * whose size is limited.
 */
export function itemSchema({ key, output }: { key: string; output: RawSchema }): RawSchema {
  const trigger = connector.triggers.find((one) => one.key === key);
  return trigger ? jsonSchemaOf(trigger.output, 'output') : output;
}

/** A sample with an event of this type in it, where it has any. */
function sampleAbout({ input, output }: TriggerDefinition['sample'], eventType: string) {
  const given = output as { event?: unknown; events?: unknown };
  const item = eventSampleOf(eventType);
  if (given.event) return { input, output: item };
  return { input, output: given.events ? { ...given, events: [item] } : given };
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
  const triggers = connector.triggers.map((one) => describeTrigger(one));
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
    categories: connector.categories,
    resources: connector.resources.map(({ key, title }) => ({ key, title })),
    actions,
    triggers,
    findOrCreate: connector.actions.flatMap(({ key: create, finder }) =>
      finder ? [{ create, ...finder }] : [],
    ),
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

/** What all items have, and what those of a trigger have: a shared schema is not written again. */
const together = (schema: RawSchema, data: RawSchema | undefined): RawSchema =>
  '$ref' in schema && data ? { ...schema, allOf: [data] } : (extended(schema, data) as RawSchema);

/** The manifest as stored in connector.json: repeated schemas are in `$defs`. */
export function manifestFile() {
  const { actions, triggers, ...rest } = manifest();
  const schemas: Record<string, RawSchema> = {};
  // First, because a shared schema is named after its first user.
  for (const { key, schema } of connector.resources)
    if (schema) schemas[key] = jsonSchemaOf(schema, 'output');
  const items = new Map(
    connector.triggers.map(({ key, output }) => [key, jsonSchemaOf(output, 'output')] as const),
  );
  for (const { key, input, output } of [...actions, ...triggers]) {
    schemas[`${key}_output`] = items.get(key) ?? output;
    // Only nested schemas are shared: hosts expect the fields of an input in place.
    for (const [name, field] of Object.entries((input.properties ?? {}) as Record<string, RawSchema>))
      schemas[`${key}.${name}`] = field;
  }
  // Beside what all events have, which is shared, is what those of a trigger have.
  for (const { key, eventTypes } of triggers) {
    const data = eventAdditions(items.get(key) ?? {}, eventTypes);
    if (!data) continue;
    schemas[`${key}_data`] = data as RawSchema;
    // Named by itself, because it is twice in the data: before and after.
    schemas[`${key}_change`] = changeDetailsSchema(eventTypes) as RawSchema;
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
    output: together(
      shared.schemas[`${operation.key}_output`] ?? {},
      shared.schemas[`${operation.key}_data`],
    ),
  });
  return {
    ...rest,
    actions: actions.map(lighter),
    triggers: triggers.map(lighter),
    $defs: shared.$defs,
  };
}
