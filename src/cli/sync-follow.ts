import type { Client } from '../client.ts';
import { isOktaError, type OktaError } from '../errors/errors.ts';
import { inSentences } from '../errors/sentences.ts';
import { systemClock } from '../http/clock.ts';
import type { SyncOptions, SyncReport } from '../sync/sync.ts';
import { repeat } from '../triggers/run-trigger.ts';
import { note } from './output.ts';
import { runOnce } from './sync-run.ts';
import { rowsFailed, summaryOf } from './sync-words.ts';

/**
 * Runs again and again until the signal, or an error that waiting cannot resolve. What is held, and rows that failed, are
 * told when they begin or change. The state is free between two runs, so that another process can confirm.
 */
export async function followSync(
  client: Client,
  { full, confirmHeld, ...rest }: SyncOptions,
  { intervalMs, isShown }: { intervalMs: number; isShown: boolean },
): Promise<void> {
  // What is asked for once: until a run has done it, or was held.
  let first = { asked: { full, confirmHeld }, isShown };
  let told: string | undefined;
  const tell = (text: string | undefined) => {
    if (text !== undefined && text !== told) note(text);
    told = text;
  };
  async function* tick(): AsyncGenerator<SyncReport, void, undefined> {
    const report = await runOnce(client, { ...rest, ...first.asked }, first.isShown).catch((error) => {
      if (!isOktaError(error) || error.code !== 'sync_held') throw error;
      tell(oneLine(error));
    });
    first = { asked: { full: undefined, confirmHeld: undefined }, isShown: false };
    if (report) yield report;
  }
  const pause = () => intervalMs;
  const ticks = repeat(tick, { clock: systemClock, signal: rest.signal, notice: note, pause });
  for await (const report of ticks) {
    if (Object.keys(report.changes).length > 0) note(summaryOf(report));
    tell(report.failed.count > 0 ? oneLine(rowsFailed(report)) : undefined);
  }
}

const oneLine = ({ message, hint, causes }: OktaError) => inSentences(message, ...causes, hint);
