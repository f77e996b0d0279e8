import type { Client } from '../client.ts';
import { isOktaError } from '../errors/errors.ts';
import type { SyncOptions, SyncReport } from '../sync/sync.ts';
import { showSync } from './sync-progress.ts';

/** One run. An error says how to go on. @param isShown whether progress is shown on stderr. */
export async function runSync(client: Client, options: SyncOptions, isShown: boolean): Promise<SyncReport> {
  const progress = showSync();
  // A bar shows everything, and other lines would garble it.
  const quiet = process.stderr.isTTY ? () => {} : undefined;
  const shown = isShown ? { progress: quiet, onProgress: progress.on } : {};
  try {
    return await client.sync({ ...options, ...shown });
  } catch (error) {
    if (!isOktaError(error) || error.code !== 'aborted') throw error;
    throw error.with({ hint: options.state === undefined ? ANEW : 'Run it again: it goes on from there.' });
  } finally {
    progress.end();
  }
}

const ANEW = 'It begins anew each time: with --state, the next run goes on where this one stopped.';
