import { once } from 'node:events';
import { OktaError } from '../errors/errors.ts';
import { redact } from '../http/redact.ts';

// A reader like `head` that closes early is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

/** Writes one JSON value to stdout: indented for people, one line for programs. Waits while the reader is behind. */
export async function printJson(value: unknown, { line = !process.stdout.isTTY } = {}): Promise<void> {
  const text = JSON.stringify(value, undefined, line ? undefined : 2);
  if (!process.stdout.write(`${text}\n`)) await once(process.stdout, 'drain');
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
