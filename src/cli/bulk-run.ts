import { destructiveness, effectFor } from '../actions/effect.ts';
import { parseInput } from '../actions/run.ts';
import type { Rejects } from '../bulk/rejects.ts';
import { readRows } from '../bulk/rows.ts';
import type { Source } from '../bulk/source.ts';
import type { BulkTally } from '../bulk/tally.ts';
import type { BulkJournal, BulkResult } from '../bulk/types.ts';
import type { Client } from '../client.ts';
import type { ActionDefinition } from '../define.ts';
import type { BulkJob } from './bulk-input.ts';
import { needsYes } from './confirm.ts';
import { note } from './output.ts';
import { describeTime, showProgress } from './progress.ts';

/** Where row results are written. */
export interface Sink {
  journal?: BulkJournal;
  rejects?: Rejects;
  write(result: BulkResult): Promise<void>;
}

/** Runs the rows and counts their results. @throws whatever ended the run early. */
export async function runRows(
  job: BulkJob,
  source: Source,
  sink: Sink,
  tally: BulkTally,
  total: number | undefined,
) {
  const { action, client, flags, format, rowOptions, signal } = job;
  const { rejects } = sink;
  const journal = sink.journal && rejects ? forgetting(sink.journal, rejects) : sink.journal;
  // Lines and a progress bar on the same terminal would garble each other.
  const shown = flags.dryRun && flags.results === undefined && process.stdout.isTTY;
  const end = shown
    ? () => {}
    : showProgress('rows', () => ({
        done: tally.done,
        total,
        left: total && tally.heldSeconds(total - tally.done, client.budget(), Date.now()),
        more: [tally.failed > 0 ? `${tally.failed} failed` : undefined, budgetText(client)],
      }));
  signal.addEventListener(
    'abort',
    () => note('Finishing the rows in progress; press Ctrl-C again to exit immediately.'),
    {
      once: true,
    },
  );
  try {
    const rows = readRows(source.bytes, format, rowOptions, rejects?.keep);
    const inputs = job.agreed || destructiveness(action) === 'never' ? rows : harmless(rows, job);
    const results = client.bulk(action.key, inputs, {
      ...{ journal, signal, dryRun: flags.dryRun, checkExisting: flags.checkExisting },
      maxErrors: flags.maxErrors ?? (flags.dryRun ? '100%' : undefined),
      // The bar shows everything, and other lines would garble it.
      progress: process.stderr.isTTY ? () => {} : undefined,
    });
    for await (const result of results) {
      await sink.write(result);
      await rejects?.add(result);
      tally.add(result);
    }
  } finally {
    end();
  }
}

/** The same journal; the texts of rows that were done before are let go, since these have no result. */
const forgetting = (journal: BulkJournal, rejects: Rejects): BulkJournal => ({
  ...journal,
  seen(row, hash) {
    const seen = journal.seen(row, hash);
    if (seen === 'done') rejects.forget(row);
    return seen;
  },
});

/**
 * Passes rows on up to the first destructive one. An input that can be read only once was not checked in advance.
 * @throws UsageError at a destructive row.
 */
async function* harmless(rows: AsyncIterable<unknown>, { action, flags }: BulkJob) {
  let row = 0;
  for await (const input of rows) {
    row += 1;
    if (isDestructive(action, input)) {
      const what = `Row ${row} removes something that cannot be restored (${action.key}).`;
      throw needsYes(what, flags.resume ? [] : ['--resume']);
    }
    yield input;
  }
}

/** False for an invalid input: that row fails anyway. */
function isDestructive(action: ActionDefinition, input: unknown): boolean {
  try {
    return effectFor(action, parseInput(action, input)).destructive;
  } catch {
    return false;
  }
}

/** The bucket closest to exhaustion. */
function budgetText(client: Client): string | undefined {
  const now = Date.now();
  const tightest = client
    .budget()
    .filter(({ resetAt }) => resetAt > now)
    .sort((a, b) => a.remaining / a.limit - b.remaining / b.limit)[0];
  if (!tightest) return undefined;
  const { bucket, remaining, limit, resetAt } = tightest;
  return `${bucket} ${remaining} of ${limit} left for ${describeTime((resetAt - now) / 1000)}`;
}
