import type { z } from 'zod';
import type { ActionContext, ActionDefinition, ApiCall, RequestTemplate } from '../define.ts';
import { InputError } from '../errors/errors.ts';
import { describeIssues } from '../errors/issues.ts';
import { acknowledged, needsOf } from '../resources/answers.ts';
import { change } from '../resources/changes.ts';
import { collect } from '../resources/collect.ts';
import { carriedIn } from '../resources/reference.ts';
import type { RunOptions } from '../session/options.ts';
import type { Session } from '../session/session.ts';
import { effectFor } from './effect.ts';

type Input = Record<string, unknown>;

/**
 * Checks an input against the schema of an action or trigger and fills in defaults.
 * @throws InputError naming each wrong field, never its value.
 */
export function parseInput<I extends z.ZodType>(
  operation: { key: string; input: I },
  input: unknown,
): z.output<I> {
  const parsed = operation.input.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new InputError(`The input of ${operation.key} is not valid`, {
    causes: describeIssues(parsed.error, operation.input),
    hint: `Correct the fields ("okta-connector describe ${operation.key}").`,
  });
}

/** True for actions whose output is a list that can be streamed. */
export const isList = (action: ActionDefinition): boolean =>
  action.stream !== undefined || action.request?.pageSize !== undefined;

/** Yields the items of a list action as they arrive. */
export function streamAction(action: ActionDefinition, context: ActionContext, input: unknown) {
  if (action.stream) return action.stream(context, input);
  return streamRequest(action, context, input as Input);
}

async function* streamRequest(action: ActionDefinition, context: ActionContext, input: Input) {
  const limit = input.limit as number | undefined;
  const call = await callOf(action, context, input);
  const { pageSize: most } = action.request as RequestTemplate<Input>;
  const pageSize = most ? Math.min(limit ?? most, most) : undefined;
  yield* context.list({ ...call, query: { ...call.query, limit: pageSize } }, limit);
}

/** Runs an action with an already validated input. */
export async function runAction(
  action: ActionDefinition,
  context: ActionContext,
  input: unknown,
): Promise<unknown> {
  if (isList(action)) return collect(streamAction(action, context, input));
  if (action.run) return action.run(context, input);
  const call = await callOf(action, context, input as Input);
  const { already } = action.request as RequestTemplate<Input>;
  if (already) return change(context, call, already);
  const { json } = await context.call(call);
  return action.result ? action.result(json, input) : json;
}

async function callOf(action: ActionDefinition, context: ActionContext, input: Input): Promise<ApiCall> {
  const request = action.request as RequestTemplate<Input>;
  const carried = carriedOf(action);
  const params: Record<string, string> = {};
  for (const name of placeholdersOf(request.path)) {
    if (input[name] === undefined || input[name] === null) throw new InputError(`${name} is missing`);
    const value = String(input[name]);
    params[name] = (await carried[name]?.names?.names?.resolve(context, value, params)) ?? value;
  }
  return {
    method: request.method,
    path: request.path,
    params,
    query: pick(request.query, input) as ApiCall['query'],
    body: pick(request.body, input),
    headers: request.headers?.(input),
    listIn: request.listIn,
    answer:
      request.answer?.(input) ?? (action.result || request.already ? acknowledged : needsOf(action.output)),
  };
}

/** Cached per action. */
const carriedByAction = new WeakMap<ActionDefinition, ReturnType<typeof carriedIn>>();

function carriedOf(action: ActionDefinition) {
  const known = carriedByAction.get(action) ?? carriedIn(action.input);
  carriedByAction.set(action, known);
  return known;
}

/** Cached per path: there are only as many as actions. */
const placeholders = new Map<string, string[]>();

function placeholdersOf(path: string): string[] {
  const known = placeholders.get(path);
  if (known) return known;
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  placeholders.set(path, names);
  return names;
}

function pick(from: RequestTemplate<Input>['query'], input: Input): Record<string, unknown> | undefined {
  if (from === undefined) return undefined;
  return typeof from === 'function'
    ? from(input)
    : Object.fromEntries(from.map((name) => [name, input[name]]));
}

/** Validates an input and creates the context of a run. @throws InputError for an invalid input. */
function prepare(
  session: Session,
  action: ActionDefinition,
  input: unknown,
  { signal, progress }: RunOptions,
) {
  const parsed = parseInput(action, input);
  const { idempotent, kind } = effectFor(action, parsed);
  const { scopes } = action;
  const context = session.contextFor({ idempotent, writes: kind === 'write', scopes, signal, progress });
  return { parsed, context };
}

/** Runs an action in a session. */
export async function runOf(session: Session, action: ActionDefinition, input: unknown, options: RunOptions) {
  const { parsed, context } = prepare(session, action, input, options);
  return runAction(action, context, parsed);
}

/** Yields the items of a list action as they arrive. @throws InputError for an action that does not return a list. */
export function streamOf(session: Session, action: ActionDefinition, input: unknown, options: RunOptions) {
  const { parsed, context } = prepare(session, action, input, options);
  if (isList(action)) return streamAction(action, context, parsed);
  throw new InputError(`${action.key} does not return a list`, { hint: 'Use run.' });
}
