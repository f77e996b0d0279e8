import { existsSync } from 'node:fs';
import { triggerOf } from '../connector.ts';
import type { InputError } from '../errors/errors.ts';
import { systemClock } from '../http/clock.ts';
import { type ConnectionFlags, clientOnDemand } from './client.ts';
import { readDuration } from './input.ts';
import { note, printJson } from './output.ts';
import { readInputs } from './pairs.ts';
import { onInterrupt } from './signals.ts';
import { holdHeapSmall } from './small-heap.ts';
import { UsageError } from './usage.ts';

interface PollFlags extends ConnectionFlags {
  input: string;
  state?: string;
  follow?: boolean;
  interval: string;
  cron?: string;
  maxPages?: number;
  deadLetter?: string;
  test?: boolean;
}

/** Polls a trigger once, or until a signal; each item is a line. A line is committed when the next one is requested. */
export async function pollCommand(key: string, pairs: string[], flags: PollFlags): Promise<void> {
  const trigger = triggerOf(key);
  const { open, close } = clientOnDemand(flags, trigger);
  try {
    const input = await readInputs(trigger, flags.input, pairs, open);
    const interval = flags.cron ? await cronPause(flags.cron) : readDuration(flags.interval, '--interval');
    const client = await open();
    const signal = onInterrupt();
    holdHeapSmall();
    if (flags.test) {
      for (const item of await client.sample(key, input, { signal })) await printJson(item, { line: true });
      return;
    }
    const { state, maxPages, deadLetter } = flags;
    if (!state) throw new UsageError('--state FILE is needed: it records what the trigger has delivered');
    const follows = flags.follow || flags.cron;
    const tell = process.stderr.isTTY ? note : () => {};
    const isFirst = !existsSync(state);
    if (follows) tell(`Waiting for ${key}, ${when(flags)}; Ctrl-C ends it.`);
    if (typeof interval === 'function' && !(await isTime(interval(), signal))) return;
    const options = { state, maxPages, deadLetter, signal };
    const items = follows
      ? client.follow(key, input, { ...options, interval })
      : client.poll(key, input, options);
    const patience = follows ? signal : undefined;
    let count = 0;
    for await (const item of items) {
      count += 1;
      await printJson(item, { line: true, patience });
    }
    if (!follows && count === 0) tell(isFirst ? FIRST : 'Nothing new since the last run.');
  } finally {
    close();
  }
}

const FIRST = 'This first run remembers where to begin; the next one delivers what is new by then.';

const when = ({ cron, interval }: PollFlags) => (cron ? `at ${cron} (UTC)` : `asking every ${interval}`);

/** Waits; false when aborted by the signal. */
async function isTime(waitMs: number, signal: AbortSignal): Promise<boolean> {
  await systemClock.sleep(waitMs, signal).catch(() => {});
  return !signal.aborted;
}

/** Milliseconds until a cron expression next fires, in UTC. */
async function cronPause(expression: string): Promise<() => number> {
  const { nextRun } = await import('../triggers/cron.ts');
  try {
    return nextRun(expression, 'UTC');
  } catch (error) {
    throw new UsageError(`--cron ${(error as InputError).message}`, {
      hint: 'For example "*/5 * * * *", in UTC.',
    });
  }
}
