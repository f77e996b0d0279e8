import { isList, runAction, streamAction } from '../../src/actions/run.ts';
import { actionOf } from '../../src/connector.ts';
import type { ActionContext, ActionDefinition, ApiCall } from '../../src/define.ts';
import { describeAction } from '../../src/manifest/manifest.ts';
import { collect } from '../../src/resources/collect.ts';
import { isNextPage } from './fixture.ts';
import { fixturesOf, replay } from './replay.ts';

type Values = Record<string, unknown>;

/** An action with one fault. */
export interface Mutant {
  kind: string;
  /** What the fault affects: a request, an input, a member of the output. */
  at: string;
  input?: (input: Values) => Values;
  /** Changes the requests that `at` names. */
  call?: (call: ApiCall) => ApiCall;
  context?: (context: ActionContext) => ActionContext;
  output?: (output: unknown) => unknown;
}

const nameOf = ({ method, path }: ApiCall) => `${method} ${path}`;

/** A context that sends each request as `change` says. */
function sending(context: ActionContext, change: (call: ApiCall) => ApiCall): ActionContext {
  return {
    ...context,
    call: <T>(call: ApiCall<T>) => context.call(change(call) as ApiCall<T>),
    list: <T>(call: ApiCall<T>, limit?: number) => context.list(change(call) as ApiCall<T>, limit),
    page: <T>(call: ApiCall<T>, from?: string) => context.page(change(call) as ApiCall<T>, from),
  };
}

/** Replaces an action by a mutant while `work` runs. */
async function within<T>(action: ActionDefinition, mutant: Mutant, work: () => Promise<T>): Promise<T> {
  const original = { ...action };
  const { input: change = (input) => input, output = (given) => given } = mutant;
  const contextFor = (given: ActionContext) => {
    const context = mutant.context?.(given) ?? given;
    return sending(context, (call) => (nameOf(call) === mutant.at ? (mutant.call?.(call) ?? call) : call));
  };
  if (isList(original)) {
    action.stream = async function* (context, input) {
      const items = streamAction(original, contextFor(context), change(input as Values));
      yield* output(await collect(items)) as unknown[];
    };
  } else {
    action.run = async (context, input) =>
      output(await runAction(original, contextFor(context), change(input as Values)));
  }
  try {
    return await work();
  } finally {
    action.run = original.run;
    action.stream = original.stream;
  }
}

/** The requests that an action makes in its recordings. @throws AssertionError when it does not reproduce them. */
async function callsOf(key: string): Promise<{ calls: ApiCall[]; readsAttributes: boolean }> {
  const calls: ApiCall[] = [];
  let readsAttributes = false;
  const spy: Mutant = {
    kind: 'none',
    at: '',
    context: (context) => ({
      ...sending(context, (call) => {
        calls.push(call);
        return call;
      }),
      attributes(...of) {
        readsAttributes = true;
        return context.attributes(...of);
      },
    }),
  };
  for (const fixture of fixturesOf(key)) await within(actionOf(key), spy, () => replay(key, fixture));
  return { calls, readsAttributes };
}

const without = (values: object | undefined, name: string) =>
  Object.fromEntries(Object.entries(values ?? {}).filter(([key]) => key !== name));
const namesIn = (values: unknown[]) => [
  ...new Set(
    values.flatMap((one) =>
      Object.entries((one ?? {}) as Values).flatMap(([name, value]) => (value === undefined ? [] : name)),
    ),
  ),
];

function* mutantsOfCalls(at: string, calls: ApiCall[]): Generator<Mutant> {
  yield { kind: 'wrong path', at, call: (call) => ({ ...call, path: `${call.path}/x` }) };
  yield {
    kind: 'wrong method',
    at,
    call: (call) => ({ ...call, method: call.method === 'POST' ? 'PUT' : 'POST' }),
  };
  for (const name of namesIn(calls.map(({ params }) => params)))
    yield {
      kind: `wrong ${name}`,
      at,
      call: (call) => ({ ...call, params: { ...call.params, [name]: 'other' } }),
    };
  for (const name of namesIn(calls.map(({ query }) => query)))
    yield {
      kind: `dropped query ${name}`,
      at,
      call: (call) => ({ ...call, query: without(call.query, name) as ApiCall['query'] }),
    };
  if (calls.some(({ body }) => body !== undefined))
    yield { kind: 'dropped body', at, call: (call) => ({ ...call, body: undefined }) };
  if (calls.some(({ headers }) => headers !== undefined))
    yield { kind: 'dropped headers', at, call: (call) => ({ ...call, headers: undefined }) };
}

/** Stops a list after its first page. */
const firstPage =
  (at: string) =>
  (context: ActionContext): ActionContext => ({
    ...context,
    async *list(call, limit) {
      if (nameOf(call) !== at) yield* context.list(call, limit);
      else yield* (await context.page(call)).items.slice(0, limit);
    },
    async page(call, from) {
      const page = await context.page(call, from);
      return nameOf(call) === at ? { ...page, next: undefined } : page;
    },
  });

function* mutantsOfOutput(action: ActionDefinition, outputs: unknown[]): Generator<Mutant> {
  if (isList(action)) {
    yield { kind: 'nonsense', at: 'output', output: () => [{ nonsense: 1 }] };
    yield { kind: 'empty list', at: 'output', output: () => [] };
    yield { kind: 'last item dropped', at: 'output', output: (list) => (list as unknown[]).slice(0, -1) };
    yield { kind: 'other order', at: 'output', output: (list) => (list as unknown[]).toReversed() };
    return;
  }
  yield { kind: 'nonsense', at: 'output', output: () => ({ nonsense: 1 }) };
  for (const name of namesIn(outputs)) {
    yield { kind: 'dropped member', at: `output.${name}`, output: (given) => without(given as Values, name) };
    if (outputs.every((one) => typeof (one as Values)[name] !== 'boolean')) continue;
    yield {
      kind: 'flipped',
      at: `output.${name}`,
      output: (given) => ({ ...(given as Values), [name]: !(given as Values)[name] }),
    };
  }
}

/** Each optional input, ignored by the action; counted even if no recording sets it. */
function* mutantsOfInput(action: ActionDefinition): Generator<Mutant> {
  const { properties = {}, required = [] } = describeAction(action).input as {
    properties?: Record<string, { default?: unknown }>;
    required?: string[];
  };
  for (const [name, field] of Object.entries(properties)) {
    // What concerns another system has tests of its own: a recording has only what Okta was asked.
    if (required.includes(name) || action.elsewhere?.includes(name as never)) continue;
    yield {
      kind: 'ignored input',
      at: name,
      input: (input) => ({ ...input, [name]: field.default }),
    };
  }
}

/** Every mutant that an action can have. */
export async function mutantsOf(key: string): Promise<Mutant[]> {
  const action = actionOf(key);
  const fixtures = fixturesOf(key);
  const { calls, readsAttributes } = await callsOf(key);
  const paged = fixtures.flatMap(({ exchanges }) => exchanges.filter((one) => isNextPage(exchanges, one)));
  const byName = Map.groupBy(calls, nameOf);
  return [
    ...mutantsOfInput(action),
    ...[...byName].flatMap(([at, same]) => [...mutantsOfCalls(at, same)]),
    ...[...byName.keys()].flatMap((at): Mutant[] => {
      const page = new RegExp(`^${at.replace(/^\w+ /, '').replace(/\{\w+\}/g, '[^/]+')}\\?`);
      const turns = at.startsWith('GET ') && paged.some(({ path }) => page.test(path));
      return turns ? [{ kind: 'dropped page', at, context: firstPage(at) }] : [];
    }),
    ...(readsAttributes
      ? [
          {
            kind: 'unread attributes',
            at: 'profile',
            context: (context: ActionContext) => ({ ...context, attributes: async () => undefined }),
          },
        ]
      : []),
    ...mutantsOfOutput(
      action,
      fixtures.map(({ output }) => output),
    ),
  ];
}

/** True when no recording notices the mutant. */
export async function survives(key: string, mutant: Mutant): Promise<boolean> {
  for (const fixture of fixturesOf(key)) {
    try {
      await within(actionOf(key), mutant, () => replay(key, fixture));
    } catch {
      return false;
    }
  }
  return true;
}
