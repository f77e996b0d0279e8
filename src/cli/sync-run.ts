import type { Client } from '../client.ts';
import { isOktaError } from '../errors/errors.ts';
import type { Progress } from '../http/types.ts';
import type { SyncOptions, SyncReport } from '../sync/sync.ts';
import { note } from './output.ts';
import { showSync } from './sync-progress.ts';

/** One run. An error says how to go on. @param isShown whether progress is shown on stderr. */
export async function runOnce(client: Client, options: SyncOptions, isShown: boolean): Promise<SyncReport> {
  const bar = showSync();
  // Other lines would garble a bar: notices are told after it, and the bar itself shows that the run waits.
  const later = new Set<string>();
  const keep: Progress = (text, wait) => void (wait ?? later.add(text));
  const progress = isShown && process.stderr.isTTY ? keep : undefined;
  try {
    return await client.sync({ ...options, progress, onProgress: isShown ? bar.on : undefined });
  } catch (error) {
    if (!isOktaError(error) || error.code !== 'aborted') throw error;
    throw error.with({ hint: options.state === undefined ? ANEW : 'Run it again: it goes on from there.' });
  } finally {
    bar.end();
    for (const text of later) note(text);
  }
}

const ANEW = 'It begins anew each time: with --state, the next run goes on where this one stopped.';
