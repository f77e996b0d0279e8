import { OktaError } from '../../errors/errors.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import { createPerform, DEFAULT_LIMIT, searchPerform } from './actions.ts';
import type { ZapierAuthentication, ZapierPerform } from './authentication.ts';
import { performOf } from './client.ts';
import { dropDownPerform } from './drop-downs.ts';
import { choosesTypes, eventOutputFields } from './event-fields.ts';
import { fieldsOnZapier, type ZapierField, zapierAttributes, zapierFields, zapierText } from './fields.ts';
import { dropDownKey } from './names.ts';
import { createsOf, pollsOf, searchesOf, type ZapierAction, type ZapierTrigger } from './operations.ts';
import { outputFields, type ZapierOutputField } from './output-fields.ts';
import { pollPerform } from './poll.ts';
import { createResult, createSchema, resultRow, searchResults } from './results.ts';

type Perform = ReturnType<typeof performOf>;

/** A trigger, search or action of a Zapier integration. */
export interface ZapierOperation {
  key: string;
  noun: string;
  display: { label: string; description: string; hidden?: boolean };
  operation: {
    type?: 'polling';
    canPaginate?: boolean;
    perform: Perform;
    inputFields: (ZapierField | Perform)[];
    outputFields?: (ZapierOutputField | Perform)[];
    sample?: object;
  };
}

type Operations = Record<string, ZapierOperation>;

/** A Zapier integration, as `zapier-platform-core` runs it. */
export interface ZapierApp {
  version: string;
  platformVersion: string;
  flags: object;
  authentication: object;
  triggers: Operations;
  searches: Operations;
  creates: Operations;
  searchOrCreates: Record<string, object>;
}

/** The whole integration, derived from the manifest. @param platformVersion of zapier-platform-core. */
export function zapierApp(
  manifest: Manifest,
  authentication: ZapierAuthentication,
  platformVersion: string,
): ZapierApp {
  const bind = (work: ZapierPerform) => performOf(authentication, work);
  const within = new Map(
    manifest.options.flatMap((one) => (one.within ? [[one.key, one.within] as const] : [])),
  );
  const presets = presetsOf(manifest);
  const shown = [...pollsOf(manifest), ...searchesOf(manifest), ...createsOf(manifest)];

  const described = (one: ZapierAction | ZapierTrigger) => ({
    key: one.key,
    noun: one.noun,
    display: { label: one.title, description: zapierText(one.description) },
  });
  const inputFields = (one: ZapierAction | ZapierTrigger) => [
    ...zapierFields(one, within),
    ...fieldsOnZapier(one)
      .filter(({ kind }) => kind === 'attributes')
      .map((field) => bind((client, _, { inputData }) => zapierAttributes(client, field, inputData ?? {}))),
  ];
  /** A result as people meet it: an example, and what they read for its values. */
  const result = (sample: unknown, schema: object) => ({
    ...{ sample: sample as object, outputFields: outputFields(sample, schema) },
  });
  /** What an item has, and what its event carries beyond the example. */
  const itemFields = (trigger: ZapierTrigger) => {
    const shown = outputFields(trigger.sample.output, trigger.output);
    const keys = new Set(shown.map(({ key }) => key));
    const carried = eventOutputFields(trigger.eventTypes).filter(({ key }) => !keys.has(key));
    const chosen = bind(async (_client, _z, { inputData }) =>
      eventOutputFields(Array.isArray(inputData?.eventTypes) ? inputData.eventTypes : []),
    );
    return [...shown, ...carried, ...(choosesTypes(trigger) ? [chosen] : [])];
  };
  const byKey = (all: ZapierOperation[]): Operations => Object.fromEntries(all.map((one) => [one.key, one]));

  return {
    version: manifest.version,
    platformVersion,
    // Zapier's patch of http writes requests to its log, with their headers.
    flags: { skipHttpPatch: true, cleanInputData: false },
    authentication: {
      ...authentication.protocol,
      fields: authentication.fields(manifest, scopesOf(shown)),
      test: bind((client) => connectionTest(client)),
      connectionLabel: '{{label}}',
    },
    triggers: byKey([
      ...pollsOf(manifest).map((trigger) => ({
        ...described(trigger),
        operation: {
          ...{ type: 'polling' as const, canPaginate: true, inputFields: inputFields(trigger) },
          ...{ perform: bind(pollPerform(trigger)), sample: trigger.sample.output as object },
          outputFields: itemFields(trigger),
        },
      })),
      ...manifest.options.map((one) => ({
        ...{ key: dropDownKey(one.key), noun: one.title },
        display: { label: one.title, description: `Fills a drop-down: ${one.title}.`, hidden: true },
        operation: {
          ...{ type: 'polling' as const, canPaginate: true, inputFields: [] },
          perform: bind(dropDownPerform(one)),
        },
      })),
    ]),
    searches: byKey(
      searchesOf(manifest).map((action) => ({
        ...described(action),
        operation: {
          inputFields: inputFields(action).map(preset(presets.get(action.key))),
          perform: bind(searchPerform(action)),
          ...result(searchResults(action, action.sample.output)[0] ?? { id: action.key }, resultRow(action)),
        },
      })),
    ),
    creates: byKey(
      createsOf(manifest).map((action) => ({
        ...described(action),
        operation: {
          ...{ inputFields: inputFields(action), perform: bind(createPerform(action)) },
          ...result(createResult(action, action.sample.output), createSchema(action)),
        },
      })),
    ),
    searchOrCreates: findOrCreates(manifest),
  };
}

/** The scopes that reading needs, as a start: what changes something is asked for when it is wanted. */
const scopesOf = (operations: readonly { scopes: readonly string[] }[]): string =>
  [...new Set(operations.flatMap(({ scopes }) => scopes))]
    .filter((scope) => scope.endsWith('.read'))
    .sort()
    .join(' ');

/** What the form of a search starts with: the limit of a list, and what a pair of it and an action fixes. */
const presetsOf = (manifest: Manifest): Map<string, Record<string, unknown>> => {
  const fixed = new Map(manifest.findOrCreate.map((pair) => [pair.find, pair.with ?? {}]));
  return new Map(
    searchesOf(manifest).map(({ key, list }) => [
      key,
      { ...(list ? { limit: DEFAULT_LIMIT } : {}), ...fixed.get(key) },
    ]),
  );
};

const preset =
  (values: Record<string, unknown> = {}) =>
  (field: ZapierField | Perform): ZapierField | Perform => {
    if (!('key' in field)) return field;
    const value = values[field.key];
    return value === undefined ? field : { ...field, default: String(value) };
  };

async function connectionTest(client: Parameters<ZapierPerform>[0]): Promise<object> {
  const { ok, orgUrl, org, principal, problems } = await client.test();
  const [problem] = problems;
  if (!ok && problem) throw new OktaError(problem.message, problem);
  const name = principal?.login ?? principal?.id;
  return { orgUrl, orgName: org?.name, label: [new URL(orgUrl).host, name].filter(Boolean).join(' as ') };
}

/** Pairs of a search and an action; Zapier names a pair after its search. */
function findOrCreates(manifest: Manifest): Record<string, object> {
  const titleOf = (key: string) => manifest.actions.find((one) => one.key === key)?.title ?? key;
  return Object.fromEntries(
    manifest.findOrCreate.map(({ find, create }) => [
      find,
      {
        ...{ key: find, search: find, create },
        display: {
          label: `${titleOf(find)} or ${titleOf(create).toLowerCase()}`,
          description: `${titleOf(find)}; without a result: ${titleOf(create).toLowerCase()}.`,
        },
      },
    ]),
  );
}
