import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { destructiveness } from '../actions/effect.ts';
import { openResults } from '../bulk/journal.ts';
import type { MapperOptions } from '../bulk/mapping.ts';
import { parseMapping } from '../bulk/mapping.ts';
import type { RowFormat } from '../bulk/rows.ts';
import { BulkTally } from '../bulk/tally.ts';
import type { Client } from '../client.ts';
import { actionOf } from '../connector.ts';
import type { ActionDefinition } from '../define.ts';
import { isInputError, isOktaError, OktaError } from '../errors/errors.ts';
import { describeAction } from '../manifest/manifest.ts';
import { carriedIn } from '../resources/reference.ts';
import type { JsonSchema } from '../schema/json-schema.ts';
import { tryOut } from './bulk-dry-run.ts';
import { type BulkFlags, type BulkJob, checkRows, formatOf, openInput, sizeOf } from './bulk-input.ts';
import { runRows } from './bulk-run.ts';
import { openClient } from './client.ts';
import { confirm } from './confirm.ts';
import { readJsonFile } from './input.ts';
import { note, printJson } from './output.ts';
import { onInterrupt } from './signals.ts';
import { asUsage, UsageError } from './usage.ts';

/** Runs an action for each row of a file. */
export async function bulkCommand(key: string, flags: BulkFlags): Promise<void> {
  const action = actionOf(key);
  const format = formatOf(flags);
  const { results, dryRun, resume } = flags;
  if (!results && !dryRun)
    throw new UsageError('--results FILE is needed: it gets one line per row, and --resume relies on it');
  if (results === '-') {
    throw new UsageError('--results must be a file: a resumed run reads it', {
      hint: 'Follow it with tail -f; a dry run without --results writes its lines to stdout.',
    });
  }
  if (dryRun && resume) throw new UsageError('--dry-run cannot be combined with --resume');
  const mapping = await readMap(flags.map);
  const { concurrency } = flags;
  const opened: Readable[] = [];
  const client = await openClient(flags, concurrency === 'auto' ? {} : { concurrency });
  try {
    const schema = describeAction(action).input as JsonSchema;
    const attributes = await attributesFor(client, action, format, mapping !== undefined);
    const rowOptions = { key, schema, mapping, attributes, nullText: flags.null };
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

/** Cells are converted by the org's attribute types, if the connection may read them. */
async function attributesFor(
  client: Client,
  action: ActionDefinition,
  format: RowFormat,
  mapped: boolean,
): Promise<MapperOptions['attributes']> {
  if (format !== 'csv' && !mapped) return undefined;
  const known = Object.entries(carriedIn(action.input)).map(async ([name, { attributesOf }]) => [
    name,
    attributesOf && (await client.fields(undefined, { resource: attributesOf.key })),
  ]);
  return Object.fromEntries(await Promise.all(known));
}

async function runAll(job: BulkJob): Promise<void> {
  const { action, client, flags, format, rowOptions } = job;
  const { results = '', resume = false, input } = flags;
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
  const { mapping, nullText } = rowOptions;
  const identity = {
    action: action.key,
    org: new URL(client.orgUrl).host,
    input: `${basename(input)} ${(await sizeOf(input)) ?? ''} ${source.head}`,
    map: createHash('sha256').update(JSON.stringify({ mapping, nullText, format })).digest('hex'),
  };
  const file = await openResults(results, identity, resume);
  const { before } = file;
  const tally = new BulkTally();
  const total = checked && checked.rows - before.ok - before.unknown;
  let early: unknown;
  try {
    await runRows(job, source, file, tally, total);
  } catch (error) {
    early = error;
  } finally {
    await file.close();
  }
  const rows = checked?.rows;
  const unknown = before.unknown + tally.unknown;
  const complete = !early && tally.errors + unknown === 0;
  const summary = { action: action.key, rows, ...tally.summary(), before, results };
  // Repeat the outcome in the error, in case nobody reads the summary.
  await printJson(summary).catch((error) => {
    if (complete) throw error;
  });
  if (complete) return;
  const goOn = `Continue with the same command and --resume: rows that are ok or unknown in ${results} are not repeated.`;
  if (early) throw isOktaError(early) && !(early instanceof UsageError) ? withHint(early, goOn) : early;
  throw new OktaError(
    `${tally.errors} of ${tally.done + before.ok + before.unknown} rows failed, ${unknown} are unknown: see ${results}`,
    {
      code: 'rows_failed',
      actor: 'caller',
      hint: 'Fix the cause and rerun with --resume. Put corrected invalid rows in a new file; check Okta for rows reported as unknown.',
    },
  );
}

/** A run cannot continue with a changed input. */
function withHint(error: OktaError, goOn: string): OktaError {
  const resumable = !isInputError(error);
  const hint = [error.hint, resumable ? goOn : undefined].filter(Boolean).join(' ');
  return error.with({ hint });
}
