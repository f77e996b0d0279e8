import { z } from 'zod';
import type { ActionContext, Already, ApiCall, ResourceDefinition } from '../define.ts';
import { isOktaError, type OktaError } from '../errors/errors.ts';
import { changed, field } from '../schema/fields.ts';
import { isRecord } from '../schema/record.ts';
import { acknowledged, identified } from './answers.ts';

/** Okta's answer for what does not exist: a deletion has nothing left to do. */
export const GONE = 'E0000007';

/** Undefined instead of that answer, for `catch`; any other failure is thrown. */
export function unlessGone(error: unknown): undefined {
  if (!isOktaError(error) || error.oktaCode !== GONE) throw error;
}

/** The output of a change: the ids of the objects by name, and whether anything changed. */
export function changeOutput<const N extends string>(ids: Record<N, ResourceDefinition>) {
  const shape = Object.entries<ResourceDefinition>(ids).map(([name, { title, names }]) => [
    name,
    field(z.string(), `${title} ID`, `Id of the ${title.toLowerCase()}.`, names?.example ?? '...'),
  ]);
  return z.looseObject({
    ...(Object.fromEntries(shape) as Record<N, z.ZodString>),
    changed,
    status: field(z.string().optional(), 'Status', 'The status afterwards, if it was read.', 'ACTIVE'),
  });
}

/**
 * Sends a change. An answer that means "already so" is no error: the result is `changed: false`, or `true` if an earlier
 * attempt of the same run may have made the change.
 */
export async function change<P extends Record<string, string>>(
  context: ActionContext,
  call: ApiCall & { params?: P },
  already: readonly Already[],
) {
  const ids = (call.params ?? {}) as P;
  try {
    const { json } = await context.call({ answer: acknowledged, ...call });
    return { ...(isRecord(json) ? json : {}), ...ids, changed: true };
  } catch (error) {
    if (!isOktaError(error) || !already.some((one) => says(error, one))) throw error;
    return { ...ids, changed: error.mayHaveHappened };
  }
}

function says(error: OktaError, already: Already): boolean {
  if (typeof already === 'string') return error.oktaCode === already;
  return error.oktaCode === already.code && error.causes.some((cause) => already.cause.test(cause));
}

/** Deletes an object, unless it is gone. It is read first, so that a dry run tells what would be deleted. */
export async function deleteObject<P extends Record<string, string>>(
  context: ActionContext,
  { path, params }: { path: string; params: P },
) {
  const found = await context.call({ method: 'GET', path, params, answer: identified }).catch(unlessGone);
  return found ? change(context, { method: 'DELETE', path, params }, [GONE]) : { ...params, changed: false };
}

const withStatus = z.object({ status: z.string() });

/**
 * Changes the status of an object that has lifecycle operations, unless it has that status already.
 * @param operation `activate`, `deactivate`, ...
 * @param wanted the status afterwards: `ACTIVE`.
 */
export async function setLifecycle<P extends Record<string, string>>(
  context: ActionContext,
  { path, params }: { path: string; params: P },
  operation: string,
  wanted: string,
) {
  const { json } = await context.call({ method: 'GET', path, params, answer: withStatus });
  if (json.status === wanted) return { ...params, changed: false, status: wanted };
  await context.call({
    ...{ method: 'POST', path: `${path}/lifecycle/${operation}`, params, answer: acknowledged },
  });
  return { ...params, changed: true, status: wanted };
}

/** Members of every object that Okta sets; a replacement must not send them. */
const READ_ONLY = ['id', 'created', 'lastUpdated', '_links', '_embedded'];

/**
 * Changes members of an object whose PUT replaces the whole: reads it, merges the changes in and writes it back, unless
 * nothing would change.
 * @param drop further members that Okta returns but does not accept.
 * @returns the object, and whether it was changed.
 */
export async function mergeInto<T extends object>(
  context: ActionContext,
  { path, params, answer }: { path: string; params: Record<string, string>; answer: z.ZodType<T> },
  changes: Record<string, unknown>,
  drop: readonly string[] = [],
): Promise<T & { changed: boolean }> {
  const { json } = await context.call({ method: 'GET', path, params, answer });
  const body = replacementOf(json, changes, drop);
  if (!body) return { ...json, changed: false };
  const after = await context.call({ method: 'PUT', path, params, body, answer });
  return { ...after.json, changed: true };
}

/**
 * The body that replaces an object, with changes merged in; undefined if nothing would change. Objects are merged member
 * by member, everything else is replaced; undefined changes nothing.
 */
export function replacementOf(
  known: object,
  changes: Record<string, unknown>,
  drop: readonly string[] = [],
): Record<string, unknown> | undefined {
  const kept = Object.entries(known).filter(([name]) => ![...READ_ONLY, ...drop].includes(name));
  const before = Object.fromEntries(kept);
  const body = merge(before, changes);
  // Merging keeps the order of members.
  return JSON.stringify(body) === JSON.stringify(before) ? undefined : body;
}

function merge(known: Record<string, unknown>, changes: Record<string, unknown>): Record<string, unknown> {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  const merged = given.map(([name, value]) => {
    const before = known[name];
    return [name, isRecord(before) && isRecord(value) ? merge(before, value) : value];
  });
  return { ...known, ...Object.fromEntries(merged) };
}
