import { realpath, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client } from '../client.ts';
import { didYouMean } from '../errors/did-you-mean.ts';
import { InputError, isInputError } from '../errors/errors.ts';
import {
  attributesIn,
  columnsOf,
  type ExportKind,
  type ExportQuery,
  parseExport,
  topMembersOf,
} from '../export/sources.ts';
import { csvText, ndjsonText } from '../schema/table.ts';
import { assertFolder, lockOutput } from '../state/output-file.ts';
import { writeWholeFile } from '../state/whole-file.ts';
import { type ConnectionFlags, openClient } from './client.ts';
import { note, writeOut } from './output.ts';
import { showProgress } from './progress.ts';
import { onInterrupt } from './signals.ts';
import { asUsage, UsageError } from './usage.ts';

export interface ExportFlags extends ConnectionFlags, ExportQuery {
  format?: 'csv' | 'ndjson';
  output?: string;
  fields?: string;
  raw?: boolean;
}

/** Writes all users, groups, apps, assignments, members or events to a file or stdout, page by page. */
export async function exportAll(kind: ExportKind, flags: ExportFlags): Promise<void> {
  const { search, filter, group, app, since, until, limit, raw } = flags;
  const output = flags.output === '-' ? undefined : flags.output;
  const query = parse(kind, { search, filter, group, app, since, until, limit });
  const format = flags.format ?? (extname(output ?? '').toLowerCase() === '.csv' ? 'csv' : 'ndjson');
  if (output !== undefined) await assertFile(output);
  const client = await openClient(flags);
  const signal = onInterrupt();
  let done = 0;
  const end = showProgress(kind, () => ({ done }));
  async function* counted() {
    for await (const item of client.export(kind, query, { signal })) {
      done += 1;
      yield item;
    }
  }
  try {
    const fields = await fieldsFor(client, kind, format, flags.fields);
    const text =
      format === 'csv' ? await csvText(counted(), fields ?? [], { raw }) : ndjsonText(counted(), fields);
    if (output === undefined) await pipeline(text, outStream());
    else await writeAlone(output, text).catch((error) => Promise.reject(unwritable(error, output)));
  } finally {
    end();
    client.close();
  }
  if (output !== undefined) note(`${done} ${kind} are in ${output}`);
}

/** Stdout as a stream that fails when a text cannot be written completely. */
const outStream = () =>
  new Writable({
    decodeStrings: false,
    write(text, _, done) {
      writeOut(String(text)).then(() => done(), done);
    },
  });

/** An option that the exported kind does not support is a usage error. */
function parse(kind: string, query: ExportQuery): ExportQuery {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  try {
    return parseExport(kind, Object.fromEntries(given)).query;
  } catch (error) {
    throw isInputError(error) ? asUsage(error) : error;
  }
}

/** The columns of a table, or the requested fields; undefined for whole objects. */
async function fieldsFor(client: Client, kind: ExportKind, format: string, asked: string | undefined) {
  const wanted = asked
    ?.split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  if (wanted?.length === 0) {
    throw new UsageError('--fields names no field', { hint: 'For example --fields id,profile.login.' });
  }
  if (format !== 'csv' && !wanted) return undefined;
  for (const name of wanted ?? []) assertMember(kind, name);
  const resource = attributesIn(kind);
  const attributes = resource === undefined ? undefined : await client.fields(undefined, { resource });
  const known = columnsOf(kind, attributes);
  const strange = attributes && wanted?.find((name) => name.startsWith('profile.') && !known.includes(name));
  if (strange) {
    throw new UsageError(`${strange} is not an attribute of this org${didYouMean(strange, known)}`, {
      hint: '"okta-connector fields" lists them.',
    });
  }
  return wanted ?? known;
}

/** A misspelt name would be an empty column. */
function assertMember(kind: ExportKind, field: string): void {
  const members = topMembersOf(kind);
  const [member = ''] = field.split('.');
  if (members.includes(member)) return;
  throw new UsageError(`${field} is not a field of ${kind}${didYouMean(member, members)}`, {
    hint: `Fields are ${members.join(', ')}; use a dot for nested members.`,
  });
}

/** Renaming over a pipe or a device would destroy it. */
async function assertFile(output: string): Promise<void> {
  const found = await stat(output).catch(() => undefined);
  if (found && !found.isFile()) {
    throw new InputError(`${output} is not a regular file, so it cannot be replaced`, {
      hint: 'Omit --output and redirect stdout instead.',
    });
  }
  await assertFolder(output, 'another --output');
}

/** One process at a time writes this file: of two sharing a `.part`, the first would publish the second's incomplete file. */
async function writeAlone(output: string, text: AsyncIterable<string>): Promise<void> {
  // Of a symbolic link the target is replaced; the link is kept.
  const file = await realpath(output).catch(() => output);
  const lock = await lockOutput(file);
  async function* held() {
    yield* text;
    lock.assertHeld();
  }
  try {
    await writeWholeFile(file, held());
  } finally {
    await lock.release();
  }
}

/** Wraps file system errors of the output; any other error is returned unchanged. */
function unwritable(error: unknown, output: string): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (!syscall || !['open', 'write', 'rename', 'unlink', 'fsync', 'close'].includes(syscall)) return error;
  return new InputError(`${output} cannot be written (${code})`, {
    hint: 'Check the folder of --output.',
  });
}
