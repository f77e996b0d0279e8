import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { destructiveness } from '../actions/effect.ts';
import { openResults } from '../bulk/journal.ts';
import { parseMapping } from '../bulk/mapping.ts';
import { expectedPace } from '../bulk/pace.ts';
import { rejectsBeside } from '../bulk/rejects.ts';
import { BulkTally } from '../bulk/tally.ts';
import { actionOf } from '../connector.ts';
import { isInputError, isOktaError, OktaError } from '../errors/errors.ts';
import {
  adviceFor,
  adviceForRows,
  causeLines,
  newResults,
  paceLine,
  resumeCommand,
  secretsLine,
} from './bulk-advice.ts';
import { tryOut } from './bulk-dry-run.ts';
import { type BulkFlags, type BulkJob, checkRows, formatOf, openInput, sizeOf } from './bulk-input.ts';
import { runRows } from './bulk-run.ts';
import { openClientFor } from './client.ts';
import { confirm } from './confirm.ts';
import { readJsonFile } from './input.ts';
import { note, printJson } from './output.ts';
import { attributesFor, inputSchemaOf, readPairs } from './pairs.ts';
import { onInterrupt } from './signals.ts';
import { asUsage, UsageError } from './usage.ts';

/** Runs an action for each row of a file. */
export async function bulkCommand(key: string, pairs: string[], flags: BulkFlags): Promise<void> {
  const action = actionOf(key);
  const format = formatOf(flags);
  const { results, dryRun, checkExisting, resume } = flags;
  if (resume && !results)
    throw new UsageError('--resume needs --results: the file of the run to continue', {
      hint: 'A run without --results told its name when it began.',
    });
  if (results === '-') {
    throw new UsageError('--results must be a file: a resumed run reads it', {
      hint: 'Follow it with tail -f; a dry run without --results writes its lines to stdout.',
    });
  }
  if (checkExisting && !dryRun) throw new UsageError('--check-existing needs --dry-run');
  if (dryRun && resume) throw new UsageError('--dry-run cannot be combined with --resume');
  const mapping = await readMap(flags.map);
  const { concurrency } = flags;
  const opened: Readable[] = [];
  const client = await openClientFor(action, flags, concurrency === 'auto' ? {} : { concurrency });
  try {
    const schema = inputSchemaOf(action);
    const constants = pairs.length > 0 ? await readPairs(action, pairs, async () => client) : undefined;
    // Cells are converted by the org's attribute types, if the connection may read them.
    const isTyped = format === 'csv' || mapping !== undefined;
    const attributes = isTyped ? await attributesFor(client, action) : undefined;
    const rowOptions = { key, schema, mapping, attributes, constants, nullText: flags.null };
    const agreed = Boolean(flags.yes || dryRun);
    const job: BulkJob = { action, client, flags, format, rowOptions, agreed, opened, signal: onInterrupt() };
    await (dryRun ? tryOut(job) : runAll(job));
  } finally {
    client.close();
    // A pending read would keep the process alive.
    for (const stream of opened) stream.destroy();
  }
}

/** The mapping of `--map`. @throws UsageError for an unreadable or invalid one. */
async function readMap(file: string | undefined) {
  if (file === undefined) return undefined;
  const map = await readJsonFile(file, 'The map', '--map');
  try {
    return parseMapping(map);
  } catch (error) {
    throw isInputError(error) ? asUsage(error) : error;
  }
}

async function runAll(job: BulkJob): Promise<void> {
  const { action, client, flags, format, rowOptions } = job;
  const { resume = false, input } = flags;
  const checked = await checkRows(job);
  if (checked && checked.invalid > 0)
    note(
      `${checked.invalid} of ${checked.rows} rows do not fit ${action.key} and will fail; --dry-run lists them.`,
    );
  // Of an input that can be read only once, each row is looked at as it comes.
  const destructive = checked ? checked.destructive > 0 : destructiveness(action) === 'always';
  if (destructive && !job.agreed) {
    const count = checked ? `${checked.destructive} of ${checked.rows} rows` : 'Each row';
    const verb = checked && checked.destructive !== 1 ? 'remove' : 'removes';
    await confirm(action.key, `${count} ${verb} something that cannot be restored (${action.key}).`);
    job.agreed = true;
  }
  const source = await openInput(job);
  const { mapping, constants, nullText } = rowOptions;
  const identity = {
    action: action.key,
    org: new URL(client.orgUrl).host,
    input: `${basename(input)} ${(await sizeOf(input)) ?? ''} ${source.head}`,
    map: createHash('sha256').update(JSON.stringify({ mapping, nullText, format, constants })).digest('hex'),
  };
  const results = flags.results ?? newResults(input, action.key);
  const file = await openResults(results, identity, resume);
  if (flags.results === undefined) note(`One line per row goes to ${results}.`);
  const secrets = secretsLine(action);
  if (secrets) note(secrets);
  const { before } = file;
  const total = checked && checked.rows - before.ok - before.unknown;
  const pace = expectedPace(action, client.budget());
  const line = pace && paceLine(pace, total);
  if (line) note(line);
  const rejects = rejectsBeside(results, format);
  const tally = new BulkTally();
  let early: unknown;
  let rejected: string | undefined;
  try {
    await runRows(job, source, { ...file, rejects }, tally, total);
  } catch (error) {
    early = error;
  } finally {
    await file.close();
    rejected = await rejects.close();
  }
  const unknown = before.unknown + tally.unknown;
  const complete = !early && tally.errors + unknown === 0;
  const { causes } = tally;
  const failed = causes.length > 0 ? { causes, rejected } : {};
  const summary = { action: action.key, rows: checked?.rows, ...tally.summary(), ...failed, before, results };
  // Repeat the outcome in the error, in case nobody reads the summary.
  await printJson(summary).catch((error) => {
    if (complete) throw error;
  });
  if (complete) return;
  if (process.stderr.isTTY) for (const line of causeLines(causes)) note(line);
  const resumed = resumeCommand(results, input);
  if (early) {
    if (!isOktaError(early) || early instanceof UsageError) throw early;
    throw isInputError(early) ? early : early.with({ hint: adviceFor(early, resumed, rejected) });
  }
  throw new OktaError(
    `${tally.errors} of ${tally.done + before.ok + before.unknown} rows failed, ${unknown} are unknown: see ${results}`,
    {
      code: 'rows_failed',
      actor: 'caller',
      hint: [
        tally.errors > 0 ? adviceForRows(resumed, rejected) : '',
        unknown > 0 ? 'Check Okta for rows reported as unknown: they are not repeated.' : '',
      ]
        .filter(Boolean)
        .join(' '),
    },
  );
}
