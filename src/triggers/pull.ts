import type { TriggerDefinition, TriggerItem } from '../define.ts';
import { InputError, isOktaError } from '../errors/errors.ts';
import type { RunOptions } from '../session/options.ts';
import type { Session } from '../session/session.ts';
import type { Held } from '../state/lease.ts';
import { prepareTrigger } from './follow.ts';
import { withIds } from './named-inputs.ts';
import { type CursorContent, cursorFor } from './pull-cursor.ts';
import { assertPolled } from './run-trigger.ts';

export interface PullOptions extends RunOptions {
  /** What the last call returned. Left out in the first call. */
  cursor?: string | undefined;
  /** Maximum number of items, 1 to 1,000. Default 1,000. */
  limit?: number | undefined;
}

/** The answer to one call. */
export interface Pulled<T = TriggerItem> {
  /** Oldest first. The same item always has the same id. */
  items: T[];
  /** For the next call; text of a few kilobytes in most cases, bound to the trigger, its input and the org. */
  cursor: string;
  /** There may be more: call again at once. */
  more: boolean;
}

const MOST = 1_000;
/** Smaller pages would cost requests, and tell too little about the time. */
const SMALLEST_PAGE = 100;

/**
 * The items since a cursor. Nothing is kept between two calls: the cursor is the state.
 *
 * A source whose state changed before its first item derives the items from that: then only the cursor is returned, so that
 * a call repeated with it delivers the same items again. Items before an error are returned; the next call meets the error.
 */
export async function pull(
  session: Session,
  trigger: TriggerDefinition,
  given: unknown,
  options: PullOptions,
): Promise<Pulled> {
  // JavaScript callers get no compile-time check.
  const { cursor, limit = MOST, ...rest } = { ...options };
  assertPolled(trigger);
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST)
    throw new InputError(`limit must be a whole number from 1 to ${MOST}`);
  const { input, context } = prepareTrigger(session, trigger, given, rest);
  const cursors = cursorFor(trigger.key, given, session.connection.orgUrl);
  const isFirst = cursor === undefined;
  const last: CursorContent = isFirst
    ? { named: changed(input, await withIds(trigger, input, context)), state: undefined }
    : await cursors.read(cursor);

  const held = heldInMemory(last.state);
  const items: TriggerItem[] = [];
  let more = false;
  const run = trigger.source.run({
    ...{ input: { ...input, ...last.named }, context, held, unsaved: {} },
    ...{ maxPages: 1, pageSize: Math.max(limit, SMALLEST_PAGE) },
    onMore: () => {
      more = true;
    },
  });
  try {
    for await (const item of run) {
      more = true;
      if (isFirst || items.length === limit || (items.length === 0 && held.isChanged)) break;
      more = false;
      items.push(item);
    }
  } catch (error) {
    if (items.length === 0 || rest.signal?.aborted || !isOktaError(error)) throw error;
    more = true;
  }
  const { source } = trigger;
  const state = held.isChanged && source.compact ? source.compact(held.value, last.state) : held.value;
  return { items, cursor: await cursors.write({ named: last.named, state }), more };
}

/** The inputs that differ from those given. */
const changed = (given: Record<string, unknown>, input: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(input).filter(([name, value]) => value !== given[name]));

/** A state that nobody else can hold. */
function heldInMemory(initial: unknown): Held<unknown> & { readonly isChanged: boolean } {
  let value = initial;
  return {
    get value() {
      return value;
    },
    get isChanged() {
      return JSON.stringify(value) !== JSON.stringify(initial);
    },
    isLost: false,
    async save(next) {
      value = next;
    },
    assertHeld() {},
    async release() {},
  };
}
