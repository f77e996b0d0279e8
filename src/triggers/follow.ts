import { parseInput } from '../actions/run.ts';
import type { TriggerDefinition, TriggerItem } from '../define.ts';
import { durationOf } from '../session/option-checks.ts';
import type { RunOptions } from '../session/options.ts';
import type { Session } from '../session/session.ts';
import type { StateStore } from '../state/store.ts';
import { lookUpOnce, withIds } from './named-inputs.ts';
import { assertPolled, repeat, runTrigger, type TriggerRun } from './run-trigger.ts';

export interface PollOptions extends RunOptions {
  /** Where the trigger saves its position: the path of a file, or a store provided by the host. */
  state: string | StateStore;
  /** Stop after this many pages of up to 1,000 events; the next run continues there. */
  maxPages?: number;
}

export interface FollowOptions extends PollOptions {
  /** Milliseconds between two runs, or a function that returns them, for schedules. Default 30,000. */
  interval?: number | (() => number);
}

export interface SampleOptions extends RunOptions {
  /** Maximum number of items. Default 3. */
  limit?: number;
}

/** A trigger with validated input, ready to read. @throws InputError for an invalid input. */
export function prepareTrigger(
  session: Session,
  trigger: TriggerDefinition,
  input: unknown,
  options: RunOptions,
) {
  const parsed = parseInput(trigger, input) as Record<string, unknown>;
  return { trigger, input: parsed, context: session.reading(trigger.scopes, options) };
}

function prepareRun(
  session: Session,
  trigger: TriggerDefinition,
  input: unknown,
  options: PollOptions,
): TriggerRun {
  // JavaScript callers get no compile-time check.
  const { state, maxPages, ...rest } = { ...options };
  const run = {
    ...prepareTrigger(session, trigger, input, rest),
    store: session.storeOf('state', state),
    stateKey: session.stateKeyOf(trigger.key),
    credential: session.credential,
    maxPages,
  };
  assertPolled(run.trigger);
  return run;
}

/** Runs a trigger, again and again. What its input names is looked up once. */
function runner(run: TriggerRun): () => ReturnType<typeof runTrigger> {
  const named = lookUpOnce(run.trigger, run.input, run.context);
  return async function* () {
    yield* runTrigger({ ...run, input: await named() });
  };
}

/** One run: the items since the last one. */
export const pollOnce = (
  session: Session,
  trigger: TriggerDefinition,
  input: unknown,
  options: PollOptions,
) => runner(prepareRun(session, trigger, input, options))();

/** Runs repeatedly until the signal aborts or an error occurs that waiting cannot resolve. */
export function follow(session: Session, trigger: TriggerDefinition, input: unknown, options: FollowOptions) {
  const run = { ...prepareRun(session, trigger, input, options), unsaved: {} };
  const { interval = 30_000, signal, progress } = options;
  if (typeof interval === 'number') durationOf('interval', interval);
  const pause = typeof interval === 'function' ? interval : () => interval;
  const { clock, notice } = session;
  return repeat(runner(run), { clock, notice: progress ?? notice, signal, pause });
}

/** A few recent items, newest first, without touching the state. */
export async function sample(
  session: Session,
  trigger: TriggerDefinition,
  input: unknown,
  { limit = 3, ...options }: SampleOptions,
): Promise<TriggerItem[]> {
  const { input: parsed, context } = prepareTrigger(session, trigger, input, options);
  return trigger.source.sample({ input: await withIds(trigger, parsed, context), context }, limit);
}
