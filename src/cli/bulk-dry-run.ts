import { open } from 'node:fs/promises';
import { appender } from '../bulk/appender.ts';
import { BulkTally } from '../bulk/tally.ts';
import type { BulkResult } from '../bulk/types.ts';
import { InputError, OktaError } from '../errors/errors.ts';
import { counted } from '../errors/sentences.ts';
import { causeLines } from './bulk-advice.ts';
import { type BulkJob, checkRows, openInput } from './bulk-input.ts';
import { runRows } from './bulk-run.ts';
import { note, printJson } from './output.ts';
import { describeTime } from './progress.ts';

/** Checks all rows; if all are valid, reports what each would change. */
export async function tryOut(job: BulkJob): Promise<void> {
  const { action, client, flags } = job;
  const { results } = flags;
  const sink = results === undefined ? { write: printLine, close: async () => {} } : await newFile(results);
  const tally = new BulkTally();
  let rows = 0;
  try {
    const checked = await checkRows(job, async (row, error) => {
      const result: BulkResult = { row, status: 'error', error };
      await sink.write(result);
      tally.add(result);
    });
    if (tally.errors === 0) await runRows(job, await openInput(job), sink, tally, checked?.rows);
    rows = checked?.rows ?? tally.done;
    const estimate = tally.estimate(client.budget());
    const causes = tally.causes.length > 0 ? { causes: tally.causes } : {};
    const summary = { action: action.key, dryRun: true, rows, ...tally.summary(), ...causes, ...estimate };
    if (results !== undefined) await printJson({ ...summary, results });
    note(
      tally.errors > 0
        ? `Nothing was changed. ${tally.errors} of ${rows} rows would fail.`
        : `Nothing was changed. ${tally.changes} of ${rows} rows would change something; about ${counted(estimate.calls, 'request')}${atLeast(estimate)}.`,
    );
    if (process.stderr.isTTY) for (const line of causeLines(tally.causes)) note(line);
  } finally {
    await sink.close();
  }
  if (tally.errors > 0) {
    throw new OktaError(
      `${tally.errors} of ${rows} rows would fail${results === undefined ? '' : `: see ${results}`}`,
      {
        code: 'rows_failed',
        actor: 'caller',
        hint: 'Correct them in the input; nothing was changed.',
      },
    );
  }
}

const atLeast = ({ atLeastSeconds }: { atLeastSeconds: number }) =>
  atLeastSeconds > 0 ? `, at least ${describeTime(atLeastSeconds)} for the rate limits` : '';

const printLine = (result: BulkResult) => printJson(result, { line: true });

async function newFile(file: string) {
  const handle = await open(file, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    throw new InputError(
      `${file} ${error.code === 'EEXIST' ? 'already exists' : `cannot be written (${error.code})`}`,
      {
        hint: 'Use other --results, or omit them to see the lines.',
      },
    );
  });
  const lines = appender(handle, { sync: false });
  return { write: (result: BulkResult) => lines.append(JSON.stringify(result)), close: () => lines.close() };
}
