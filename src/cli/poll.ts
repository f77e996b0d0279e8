import type { InputError } from '../errors/errors.ts';
import { systemClock } from '../http/clock.ts';
import { type ConnectionFlags, openClient } from './client.ts';
import { readDuration, readInput } from './input.ts';
import { printJson } from './output.ts';
import { onInterrupt } from './signals.ts';
import { UsageError } from './usage.ts';

interface PollFlags extends ConnectionFlags {
  input: string;
  state?: string;
  follow?: boolean;
  interval: string;
  cron?: string;
  maxPages?: number;
  test?: boolean;
}

/** Polls a trigger once, or until a signal; each item is a line. A line is committed when the next one is requested. */
export async function pollCommand(key: string, flags: PollFlags): Promise<void> {
  const input = await readInput(flags.input);
  const interval = flags.cron ? await cronPause(flags.cron) : readDuration(flags.interval, '--interval');
  const client = await openClient(flags);
  const signal = onInterrupt();
  try {
    if (flags.test) {
      for (const item of await client.sample(key, input, { signal })) await printJson(item, { line: true });
      return;
    }
    const { state, maxPages } = flags;
    if (!state) throw new UsageError('--state FILE is needed: it records what the trigger has delivered');
    const follows = flags.follow || flags.cron;
    if (typeof interval === 'function' && !(await isTime(interval(), signal))) return;
    const options = { state, maxPages, signal };
    const items = follows
      ? client.follow(key, input, { ...options, interval })
      : client.poll(key, input, options);
    const patience = follows ? signal : undefined;
    for await (const item of items) await printJson(item, { line: true, patience });
  } finally {
    client.close();
  }
}

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
