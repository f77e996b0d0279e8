import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { appender } from '../bulk/appender.ts';
import type { CellSchema } from '../bulk/cell.ts';
import { openResults } from '../bulk/journal.ts';
import { type MapperOptions, parseMapping } from '../bulk/mapping.ts';
import { type RowFormat, readRows } from '../bulk/rows.ts';
import { openSource, type Source } from '../bulk/source.ts';
import { BulkTally } from '../bulk/tally.ts';
import type { BulkJournal, BulkResult, ErrorLimit } from '../bulk/types.ts';
import type { Client } from '../connect.ts';
import { actionOf } from '../connector.ts';
import type { ActionDefinition } from '../define.ts';
import { InputError, OktaError } from '../errors/errors.ts';
import { describeAction } from '../manifest.ts';
import { effectFor, parseInput } from '../run-action.ts';
import { type ConnectionFlags, openClient } from './client.ts';
import { confirm } from './confirm.ts';
import { readJsonFile } from './input.ts';
import { note, printJson } from './output.ts';
import { describeTime, showProgress } from './progress.ts';
import { onInterrupt } from './signals.ts';
import { UsageError } from './usage.ts';

export interface BulkFlags extends ConnectionFlags {
  input: string;
  map?: string;
  results?: string;
  concurrency?: number;
  dryRun?: boolean;
  resume?: boolean;
  maxErrors?: ErrorLimit;
  format?: RowFormat;
  null?: string;
  yes?: boolean;
}

/** Runs an action for each row of a file. */
export async function bulk(key: string, flags: BulkFlags): Promise<void> {
  const action = actionOf(key);
  const format = formatOf(flags);
  const { results, dryRun, resume } = flags;
  if (!results && !dryRun)
    throw new UsageError('--results FILE is needed: one line for each row, and what --resume goes by');
  if (dryRun && resume) throw new UsageError('--dry-run cannot go with --resume');
  const mapping = flags.map === undefined ? undefined : parseMapping(await readJsonFile(flags.map, '--map'));
  const { concurrency } = flags;
  const client = await openClient(flags, concurrency === undefined ? {} : { concurrency });
  try {
    const schema = describeAction(action).input as CellSchema;
    const attributes = await attributesFor(client, schema, format, mapping !== undefined);
    const rowOptions = { key, schema, mapping, attributes, nullText: flags.null };
    const job: Job = { action, client, flags, format, rowOptions, signal: onInterrupt() };
    await (dryRun ? tryOut(job) : runAll(job));
  } finally {
    client.close();
  }
}

interface Job {
  action: ActionDefinition;
  client: Client;
  flags: BulkFlags;
  format: RowFormat;
  rowOptions: MapperOptions;
  signal: AbortSignal;
}

function formatOf({ input, format }: BulkFlags): RowFormat {
  if (format !== undefined) return format;
  const extension = extname(input).toLowerCase();
  if (['.csv', '.tsv', '.txt'].includes(extension)) return 'csv';
  if (['.ndjson', '.jsonl'].includes(extension)) return 'ndjson';
  throw new UsageError('--format csv or --format ndjson is needed: the name of the input does not tell');
}

/** Cells become what the attributes of the org are, where the connection may know. */
async function attributesFor(client: Client, schema: CellSchema, format: RowFormat, mapped: boolean) {
  return schema.properties?.profile && (format === 'csv' || mapped) ? client.fields() : undefined;
}

/** What of the input is known before anything is done. */
interface Checked {
  rows: number;
  invalid: number;
  destructive: number;
}

async function openInput({ input }: BulkFlags): Promise<Source> {
  const stream = input === '-' ? process.stdin : createReadStream(input);
  return openSource(stream).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`The input ${input} cannot be read (${error.code})`, {
      hint: 'Check the name behind --input.',
    });
  });
}

/** Reads the whole input once and checks each row; undefined for what can be read only once. */
async function check(
  { action, flags, format, rowOptions, signal }: Job,
  onInvalid?: (row: number, error: InputError) => Promise<void>,
): Promise<Checked | undefined> {
  const found = flags.input === '-' ? undefined : await stat(flags.input).catch(() => undefined);
  if (found && !found.isFile()) return undefined;
  if (flags.input === '-') return undefined;
  const checked: Checked = { rows: 0, invalid: 0, destructive: 0 };
  const source = await openInput(flags);
  const end = showProgress('rows checked', () => ({ done: checked.rows }));
  try {
    for await (const input of readRows(source.bytes, format, rowOptions)) {
      signal.throwIfAborted();
      checked.rows += 1;
      try {
        if (input instanceof Error) throw input;
        if (effectFor(action, parseInput(action, input)).destructive) checked.destructive += 1;
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        checked.invalid += 1;
        await onInvalid?.(checked.rows, error);
      }
    }
  } finally {
    end();
  }
  return checked;
}

/** Where the results of rows go. */
interface Sink {
  journal?: BulkJournal;
  write(result: BulkResult): Promise<void>;
}

/** Runs the rows and counts what becomes of them. @throws what ended it too early. */
async function runRows(job: Job, source: Source, sink: Sink, tally: BulkTally, total: number | undefined) {
  const { action, client, flags, format, rowOptions, signal } = job;
  const { journal } = sink;
  const end = showProgress('rows', () => ({
    done: tally.done,
    total,
    more: [tally.failed > 0 ? `${tally.failed} failed` : undefined, budgetText(client)],
  }));
  signal.addEventListener('abort', () => note('Finishing the rows under way; Ctrl-C again ends at once.'), {
    once: true,
  });
  try {
    const inputs = readRows(source.bytes, format, rowOptions);
    const results = client.bulk(action.key, inputs, {
      ...{ journal, signal, concurrency: flags.concurrency, dryRun: flags.dryRun },
      maxErrors: flags.maxErrors ?? (flags.dryRun ? '100%' : undefined),
      // The bar says it all, and other lines would tear it.
      progress: process.stderr.isTTY ? () => {} : undefined,
    });
    for await (const result of results) {
      await sink.write(result);
      tally.add(result);
    }
  } finally {
    end();
  }
}

/** The bucket that is nearest to its end. */
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

async function runAll(job: Job): Promise<void> {
  const { action, client, flags, format, rowOptions } = job;
  const { results = '', resume = false, input } = flags;
  const checked = await check(job);
  const destructive = checked ? checked.destructive > 0 : action.effect.destructive;
  if (destructive && !flags.yes) {
    const count = checked ? `${checked.destructive} of ${checked.rows} rows` : 'Each row';
    const verb = checked && checked.destructive !== 1 ? 'take' : 'takes';
    await confirm(action.key, `${count} ${verb} something away that cannot be brought back (${action.key}).`);
  }
  const source = await openInput(flags);
  const { mapping, nullText } = rowOptions;
  const identity = {
    action: action.key,
    org: new URL(client.orgUrl).host,
    input: `${basename(input)} ${await sizeOf(input)} ${source.head}`,
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
  await printJson({ action: action.key, rows, ...tally.summary(), before, results });
  const goOn = `Go on with the same command and --resume: what is ok or unknown in ${results} is not done again.`;
  if (early) throw early instanceof OktaError ? withHint(early, goOn) : early;
  const unknown = before.unknown + tally.unknown;
  if (tally.errors + unknown === 0) return;
  throw new OktaError(
    `${tally.errors} of ${tally.done + before.ok + before.unknown} rows failed, ${unknown} are unknown: see ${results}`,
    {
      code: 'rows_failed',
      actor: 'caller',
      hint: 'Run it again with --resume to try the failed rows again; look in Okta for what became of unknown ones.',
    },
  );
}

/** An input that is not as it was cannot be gone on with. */
function withHint(error: OktaError, goOn: string): OktaError {
  const resumable = !(error instanceof InputError);
  const hint = [error.hint, resumable ? goOn : undefined].filter(Boolean).join(' ');
  return new OktaError(error.message, { ...error, causes: [...error.causes], hint });
}

/** The bytes of a file; nothing for what is none. */
async function sizeOf(input: string): Promise<number | ''> {
  const found = input === '-' ? undefined : await stat(input);
  return found?.isFile() ? found.size : '';
}

/** Checks all rows; when all fit, says for each what would be changed. */
async function tryOut(job: Job): Promise<void> {
  const { action, client, flags } = job;
  const { results } = flags;
  const sink = results === undefined ? { write: printLine, close: async () => {} } : await newFile(results);
  const tally = new BulkTally();
  try {
    const checked = await check(job, async (row, error) => {
      const result: BulkResult = { row, status: 'error', error };
      await sink.write(result);
      tally.add(result);
    });
    if (tally.errors === 0) await runRows(job, await openInput(flags), sink, tally, checked?.rows);
    const rows = checked?.rows ?? tally.done;
    const estimate = tally.estimate(client.budget());
    const summary = { action: action.key, dryRun: true, rows, ...tally.summary(), ...estimate };
    if (results !== undefined) await printJson({ ...summary, results });
    note(
      tally.errors > 0
        ? `Nothing was changed. ${tally.errors} of ${rows} rows would fail.`
        : `Nothing was changed. ${tally.changes} of ${rows} rows would change something; about ${estimate.calls} requests, at least ${describeTime(estimate.atLeastSeconds)}.`,
    );
  } finally {
    await sink.close();
  }
  if (tally.errors > 0) {
    throw new OktaError(
      `${tally.errors} of ${tally.done} rows would fail${results === undefined ? '' : `: see ${results}`}`,
      {
        code: 'rows_failed',
        actor: 'caller',
        hint: 'Mend them in the input; nothing was changed.',
      },
    );
  }
}

const printLine = (result: BulkResult) => printJson(result, { line: true });

async function newFile(file: string) {
  const handle = await open(file, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    throw new InputError(
      `${file} ${error.code === 'EEXIST' ? 'is there already' : `cannot be written (${error.code})`}`,
      {
        hint: 'Give other --results, or leave them out to see the lines.',
      },
    );
  });
  const lines = appender(handle, { sync: false });
  return { write: (result: BulkResult) => lines.append(JSON.stringify(result)), close: () => lines.close() };
}
