import { parseInput } from '../actions/run.ts';
import type { TriggerDefinition, TriggerItem } from '../define.ts';
import { durationOf } from '../session/option-checks.ts';
import type { RunOptions } from '../session/options.ts';
import type { Session } from '../session/session.ts';
import type { StateStore } from '../state/store.ts';
import { lookUpOnce, withIds } from './named-inputs.ts';
import { assertPolled, repeat, runTrigger, type TriggerRun } from './run-trigger.ts';

export interface PollOptions extends RunOptions {
  /** Where the trigger remembers what it delivered: a file, or a store of the host. */
  state: string | StateStore;
  /** Stop after this many pages of up to 1,000 events; the rest follows in the next run. */
  maxPages?: number;
}

export interface FollowOptions extends PollOptions {
  /** Milliseconds between two runs; or a function that says so, for schedules. Default 30,000. */
  interval?: number | (() => number);
}

export interface SampleOptions extends RunOptions {
  /** How many items at most. Default 3. */
  limit?: number;
}

/** A trigger with a checked input, ready to read. @throws InputError for an input that does not fit. */
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

/** Runs again and again, until the signal ends it or an error comes that waiting cannot help. */
export function follow(session: Session, trigger: TriggerDefinition, input: unknown, options: FollowOptions) {
  const run = { ...prepareRun(session, trigger, input, options), unsaved: {} };
  const { interval = 30_000, signal, progress } = options;
  if (typeof interval === 'number') durationOf('interval', interval);
  const pause = typeof interval === 'function' ? interval : () => interval;
  const { clock, notice } = session;
  return repeat(runner(run), { clock, notice: progress ?? notice, signal, pause });
}

/** A few recent items, newest first, without any state. */
export async function sample(
  session: Session,
  trigger: TriggerDefinition,
  input: unknown,
  { limit = 3, ...options }: SampleOptions,
): Promise<TriggerItem[]> {
  const { input: parsed, context } = prepareTrigger(session, trigger, input, options);
  return trigger.source.sample({ input: await withIds(trigger, parsed, context), context }, limit);
}
