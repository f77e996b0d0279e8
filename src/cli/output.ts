import { once } from 'node:events';
import { OktaError } from '../errors/errors.ts';
import { deferred } from '../http/deferred.ts';
import { redact } from '../http/redact.ts';

// A reader like `head` that closes early is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  const lost = new OktaError(`The output cannot be written (${error.code})`, {
    code: 'internal_error',
    actor: 'caller',
    hint: 'Make room, or send the output elsewhere. What was asked of Okta may be done all the same.',
  });
  printError(lost);
  process.exit(1);
});

/**
 * Writes one JSON value to stdout: indented for people, one line for programs. Ends when it is written, so that no item
 * counts as delivered before; where writing fails the process ends.
 */
export async function printJson(value: unknown, { line = !process.stdout.isTTY } = {}): Promise<void> {
  const text = JSON.stringify(value, undefined, line ? undefined : 2);
  const { promise, resolve } = deferred<void>();
  process.stdout.write(`${text}\n`, (error) => {
    if (!error) resolve();
  });
  await promise;
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
  note(JSON.stringify({ error: data }, undefined, process.stderr.isTTY ? 2 : undefined));
}

/** Lets a pipe take what is left before the process ends. */
export async function endStream(): Promise<void> {
  if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain');
}
