import { createReadStream, open } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { extname } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { effectFor } from '../actions/effect.ts';
import { parseInput } from '../actions/run.ts';
import type { MapperOptions } from '../bulk/mapping.ts';
import { type RowFormat, readRows } from '../bulk/rows.ts';
import { openSource, type Source } from '../bulk/source.ts';
import type { ErrorLimit } from '../bulk/types.ts';
import type { Client } from '../client.ts';
import type { ActionDefinition } from '../define.ts';
import { type InputError, isInputError } from '../errors/errors.ts';
import { orAborted } from '../http/abort.ts';
import type { ConnectionFlags } from './client.ts';
import { showProgress } from './progress.ts';
import { UsageError } from './usage.ts';

export interface BulkFlags extends ConnectionFlags {
  input: string;
  map?: string;
  results?: string;
  concurrency?: number | 'auto';
  dryRun?: boolean;
  checkExisting?: boolean;
  resume?: boolean;
  maxErrors?: ErrorLimit;
  format?: RowFormat;
  null?: string;
  yes?: boolean;
}

/** One run of the command. */
export interface BulkJob {
  action: ActionDefinition;
  client: Client;
  flags: BulkFlags;
  format: RowFormat;
  rowOptions: MapperOptions;
  /** Whether destructive rows may run: confirmed by --yes or interactively. A dry run changes nothing. */
  agreed: boolean;
  /** The open input, to be closed at the end. */
  opened: Readable[];
  signal: AbortSignal;
}

/** The format of the input, by default from its name. */
export function formatOf({ input, format }: BulkFlags): RowFormat {
  if (format !== undefined) return format;
  const extension = extname(input).toLowerCase();
  if (['.csv', '.tsv', '.txt'].includes(extension)) return 'csv';
  if (['.ndjson', '.jsonl'].includes(extension)) return 'ndjson';
  throw new UsageError(
    '--format csv or --format ndjson is needed: the name of the input does not show its format',
  );
}

/** What is known about the input in advance. */
export interface Checked {
  rows: number;
  invalid: number;
  destructive: number;
}

/** The input from its start. @throws the reason of the signal while stdin is still waiting for input. */
export async function openInput({ flags: { input }, opened, signal }: BulkJob): Promise<Source> {
  const stream = await orAborted(streamOf(input).catch(unreadable(input)), signal);
  opened.push(stream);
  return orAborted(openSource(stream).catch(unreadable(input)), signal);
}

/** Reads a pipe as a socket: a file stream blocked on a pipe cannot be closed, and would keep Node from exiting. */
async function streamOf(input: string): Promise<Readable> {
  if (input === '-') return process.stdin;
  if (!(await stat(input)).isFIFO()) return createReadStream(input);
  return new Socket({ fd: await promisify(open)(input, 'r'), readable: true, writable: false });
}

/** Reads the whole input and checks each row; undefined for an input that can be read only once. */
export async function checkRows(
  job: BulkJob,
  onInvalid?: (row: number, error: InputError) => Promise<void>,
): Promise<Checked | undefined> {
  const { action, flags, format, rowOptions, signal } = job;
  if ((await sizeOf(flags.input)) === undefined) return undefined;
  const checked: Checked = { rows: 0, invalid: 0, destructive: 0 };
  const source = await openInput(job);
  const end = showProgress('rows checked', () => ({ done: checked.rows }));
  try {
    for await (const input of readRows(source.bytes, format, rowOptions)) {
      signal.throwIfAborted();
      checked.rows += 1;
      try {
        if (input instanceof Error) throw input;
        if (effectFor(action, parseInput(action, input)).destructive) checked.destructive += 1;
      } catch (error) {
        if (!isInputError(error)) throw error;
        checked.invalid += 1;
        await onInvalid?.(checked.rows, error);
      }
    }
  } finally {
    end();
  }
  return checked;
}

/** The size of a file in bytes; undefined for stdin and anything but a regular file. */
export async function sizeOf(input: string): Promise<number | undefined> {
  const found = input === '-' ? undefined : await stat(input).catch(unreadable(input));
  return found?.isFile() ? found.size : undefined;
}

const unreadable = (input: string) => (error: NodeJS.ErrnoException) => {
  throw new UsageError(`The input ${input} cannot be read (${error.code})`, {
    hint: 'Check the file name of --input.',
  });
};
