import { once } from 'node:events';
import { fstatSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { OktaError } from '../errors/errors.ts';
import { systemClock } from '../http/clock.ts';
import { deferred } from '../http/deferred.ts';
import { redact } from '../http/redact.ts';

// Each write is told of its own failure; without a listener Node would end the process in the middle of its work.
process.stdout.on('error', () => {});

// Who listened to the progress is gone, with a closed terminal or pipe: no reason to drop what is under way.
process.stderr.on('error', () => {});

export interface PrintOptions {
  /** One line for programs; indented for people when false. Left out: whatever reads stdout. */
  line?: boolean;
  /** Given where a full disk is waited for, until this is aborted; left out, it is an error. */
  patience?: AbortSignal;
}

/**
 * Writes one JSON value to stdout. Ends when it is written whole, so that no item counts as delivered before.
 * @throws OktaError `internal_error` when it cannot be written: the reader is gone (EPIPE), the disk is full.
 */
export const printJson = (
  value: unknown,
  { line = !process.stdout.isTTY, patience }: PrintOptions = {},
): Promise<void> => writeOut(`${jsonOf(value, line)}\n`, patience);

/** Writes text to stdout, whole. @throws as printJson. */
export async function writeOut(text: string, patience?: AbortSignal): Promise<void> {
  if (isFile()) return writeToFile(Buffer.from(text), patience);
  const { promise, resolve, reject } = deferred<void>();
  process.stdout.write(text, (error) => (error ? reject(unwritable(error)) : resolve()));
  return promise;
}

/** Files and devices but terminals. */
function isFile(): boolean {
  const { fd } = process.stdout;
  const found = fstatSync(fd);
  return found.isFile() || (found.isCharacterDevice() && !isatty(fd));
}

/** Node's own stream takes what fits on a disk that fills up for the whole, and drops the rest without an error. */
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
        ? 'Its reader has ended. What was asked of Okta may be done all the same.'
        : 'Make room, or send the output elsewhere. What was asked of Okta may be done all the same.',
  });
}

/** JSON leaves the control characters behind ASCII as they are, and names in Okta could move the cursor by them. */
function jsonOf(value: unknown, line: boolean): string {
  const text = `${JSON.stringify(value, undefined, line ? undefined : 2)}`;
  return text.replace(/[\x7f-\x9f]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);
}

/** A line for people. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Writes the one JSON object that an error is on stderr. */
export function printError(error: unknown): void {
  const data =
    error instanceof OktaError
      ? error.toJSON()
      : {
          name: 'Error',
          code: 'internal_error',
          message: redact(error instanceof Error ? error.message : String(error)),
        };
  note(jsonOf({ error: data }, !process.stderr.isTTY));
}

/** Lets a pipe take what is left before the process ends. */
export async function endStream(): Promise<void> {
  if (process.stdout.writableNeedDrain && !process.stdout.errored) await once(process.stdout, 'drain');
}
