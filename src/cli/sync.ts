import type { Target } from '../sync/targets/target.ts';
import { openClient } from './client.ts';
import { readDuration } from './input.ts';
import { note } from './output.ts';
import { onInterrupt } from './signals.ts';
import { printDryRun } from './sync-dry-run.ts';
import { followSync } from './sync-follow.ts';
import { openPlace, readMapping, type SyncFlags } from './sync-input.ts';
import { runOnce } from './sync-run.ts';
import { rowsFailed, summaryOf, wouldBeHeld } from './sync-words.ts';
import { UsageError } from './usage.ts';

/** Tells a target what changed since the last run, once or until a signal. */
export async function syncCommand(flags: SyncFlags): Promise<void> {
  const { state, to = ['ndjson'], follow = false, dryRun = false, full, confirmHeld, maxLeavers } = flags;
  if (follow && dryRun) throw new UsageError('--dry-run cannot be combined with --follow');
  for (const [flag, given] of Object.entries({ follow, 'confirm-held': confirmHeld })) {
    if (given && state === undefined)
      throw new UsageError(`--${flag} needs --state: the snapshot of what was told`);
  }
  const intervalMs = readDuration(flags.interval, '--interval');
  const mapping = await readMapping(flags.mapping);
  const target = dryRun ? NOWHERE : await openPlace(to, follow, mapping);
  const client = await openClient(flags);
  const signal = onInterrupt();
  const options = { mapping, state, target, dryRun, full, maxLeavers, confirmHeld, signal };
  // Lines and a progress bar on the same terminal would garble each other.
  const isShown = dryRun || !(to[0] === 'ndjson' && process.stdout.isTTY);
  try {
    if (follow) return await followSync(client, options, { intervalMs, isShown });
    const report = await runOnce(client, options, isShown);
    if (dryRun) await printDryRun(report, flags);
    note(summaryOf(report, dryRun));
    if (report.held) throw wouldBeHeld(report.held);
    if (report.failed.count > 0) throw rowsFailed(report, dryRun);
  } finally {
    await target.close?.();
    client.close();
  }
}

/** A dry run calls no target, so that it needs neither its secret nor its server. */
const NOWHERE: Target = { batch: 1, apply: async () => [] };
