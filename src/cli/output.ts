import { once } from 'node:events';
import { fstatSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { isOktaError, OktaError } from '../errors/errors.ts';
import { redact } from '../errors/redact.ts';
import { systemClock } from '../http/clock.ts';
import { deferred } from '../http/deferred.ts';

// Each write reports its own failure; without a listener Node would end the process mid-work.
process.stdout.on('error', () => {});

// stderr was closed: keep working without progress.
process.stderr.on('error', () => {});

export interface PrintOptions {
  /** True: one line, for programs; false: indented, for people. Default: by whether stdout is a terminal. */
  line?: boolean;
  /** If set, wait for space on a full disk until aborted; otherwise a full disk is an error. */
  patience?: AbortSignal;
}

/**
 * Writes one JSON value to stdout. Resolves when completely written, so that no item counts as delivered too early.
 * @throws OktaError `internal_error` when it cannot be written: stdout was closed (EPIPE), the disk is full.
 */
export const printJson = (
  value: unknown,
  { line = !process.stdout.isTTY, patience }: PrintOptions = {},
): Promise<void> => writeOut(`${printableJson(value, line)}\n`, patience);

/** Writes text to stdout completely. @throws like printJson. */
export async function writeOut(text: string, patience?: AbortSignal): Promise<void> {
  if (isFile()) return writeToFile(Buffer.from(text), patience);
  const { promise, resolve, reject } = deferred<void>();
  process.stdout.write(text, (error) => (error ? reject(unwritable(error)) : resolve()));
  return promise;
}

/** True for files, and devices other than terminals. */
function isFile(): boolean {
  const { fd } = process.stdout;
  const found = fstatSync(fd);
  return found.isFile() || (found.isCharacterDevice() && !isatty(fd));
}

/** Writes without Node's stream, which on a full disk drops the rest of a partial write without an error. */
async function writeToFile(bytes: Uint8Array, patience: AbortSignal | undefined): Promise<void> {
  let isTold = false;
  for (let rest = bytes; rest.length > 0; ) {
    try {
      rest = rest.subarray(writeSync(process.stdout.fd, rest));
    } catch (error) {
      const failure = unwritable(error as Error);
      if (!patience || patience.aborted) throw failure;
      if (!isTold) note(`${failure.message}; waiting until it can`);
      isTold = true;
      await systemClock.sleep(1_000, patience).catch(() => Promise.reject(failure));
    }
  }
}

function unwritable(error: NodeJS.ErrnoException): OktaError {
  return new OktaError(`The output cannot be written (${error.code})`, {
    code: 'internal_error',
    actor: 'caller',
    hint:
      error.code === 'EPIPE'
        ? 'The reading program has ended. Changes sent to Okta may have been made.'
        : 'Free some space, or send the output elsewhere. Changes sent to Okta may have been made.',
  });
}

/** JSON.stringify leaves U+007F-U+009F unescaped; a name containing them could move the cursor. */
export function printableJson(value: unknown, line: boolean): string {
  const text = `${JSON.stringify(value, undefined, line ? undefined : 2)}`;
  return text.replace(/[\x7f-\x9f]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);
}

/** A line for people. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Writes an error to stderr as one JSON object. */
export function printError(error: unknown): void {
  const data = isOktaError(error)
    ? error.toJSON()
    : {
        name: 'Error',
        code: 'internal_error',
        message: redact(error instanceof Error ? error.message : String(error)),
      };
  note(printableJson({ error: data }, !process.stderr.isTTY));
}

/** Drains stdout before the process ends. */
export async function endStream(): Promise<void> {
  if (process.stdout.writableNeedDrain && !process.stdout.errored) await once(process.stdout, 'drain');
}
