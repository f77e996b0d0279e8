import { parseInput } from '../actions/run.ts';
import type { TriggerDefinition, TriggerItem } from '../define.ts';
import { InputError } from '../errors/errors.ts';
import type { LogEvent } from '../resources/log/log-event.ts';
import { durationOf } from '../session/option-checks.ts';
import type { RunOptions } from '../session/options.ts';
import type { Session } from '../session/session.ts';
import type { StateStore } from '../state/store.ts';
import type { SetAside } from './dead-letter-file.ts';
import { setOddAside } from './dead-letters.ts';
import { type NameMemory, nameMemory } from './name-memory.ts';
import { lookUpOnce, withIds } from './named-inputs.ts';
import { assertPolled, repeat, runTrigger, type TriggerRun } from './run-trigger.ts';

export interface PollOptions extends RunOptions {
  /** Where the trigger saves its position: the path of a file, or a store provided by the host. */
  state: string | StateStore;
  /** Stop after this many pages of up to 1,000 events; the next run continues there. */
  maxPages?: number;
  /**
   * Where events of an unexpected shape go instead of being delivered: the path of a file, one JSON object a line, or a function. They
   * are safe there before the state moves on.
   */
  deadLetter?: string | SetAside;
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
): Prepared {
  // JavaScript callers get no compile-time check.
  const { state, maxPages, deadLetter, ...rest } = { ...options };
  const run = {
    ...prepareTrigger(session, trigger, input, rest),
    store: session.storeOf('state', state),
    stateKey: session.stateKeyOf(trigger.key),
    credential: session.credential,
    maxPages,
  };
  assertPolled(run.trigger);
  if (deadLetter !== undefined && !trigger.source.setsAside) {
    throw new InputError(`${trigger.key} cannot set events aside`, {
      hint: 'Leave deadLetter out: only triggers that deliver each event of the System Log need it.',
    });
  }
  return { run, deadLetter, memory: nameMemory(session, trigger, run.store) };
}

interface Prepared {
  run: TriggerRun;
  deadLetter: string | SetAside | undefined;
  memory: NameMemory;
}

/** Runs a trigger, again and again. What its input names is looked up once. */
function runner({ run, deadLetter, memory }: Prepared): () => ReturnType<typeof runTrigger> {
  const { trigger, context } = run;
  const named = lookUpOnce(trigger, run.input, context, memory);
  let letters: ReturnType<typeof setOddAside> | undefined;
  return async function* () {
    letters ??= setOddAside(deadLetter, context.clock);
    const add = await letters;
    const setAside = add && ((event: unknown) => add(trigger.key, event as LogEvent));
    yield* runTrigger({ ...run, input: await named(), setAside });
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
  const { run, ...prepared } = prepareRun(session, trigger, input, options);
  const { interval = 30_000, signal, progress } = options;
  if (typeof interval === 'number') durationOf('interval', interval);
  const pause = typeof interval === 'function' ? interval : () => interval;
  const { clock, notice } = session;
  return repeat(runner({ run: { ...run, unsaved: {} }, ...prepared }), {
    clock,
    notice: progress ?? notice,
    signal,
    pause,
  });
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
