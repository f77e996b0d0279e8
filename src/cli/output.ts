import { once } from 'node:events';
import { isOktaError, OktaError } from '../errors/errors.ts';
import { deferred } from '../http/deferred.ts';
import { redact } from '../http/redact.ts';

// A reader like `head` that closes early is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  const lost = new OktaError(`The output cannot be written (${error.code})`, {
    code: 'internal_error',
    actor: 'caller',
    hint: 'Make room, or send the output elsewhere. What was asked of Okta may be done all the same.',
  });
  printError(lost);
  process.exit(1);
});

// Who listened to the progress is gone, with a closed terminal or pipe: no reason to drop what is under way.
process.stderr.on('error', () => {});

/**
 * Writes one JSON value to stdout: indented for people, one line for programs. Ends when it is written, so that no item
 * counts as delivered before; where writing fails the process ends.
 */
export async function printJson(value: unknown, { line = !process.stdout.isTTY } = {}): Promise<void> {
  const text = jsonOf(value, line);
  const { promise, resolve } = deferred<void>();
  process.stdout.write(`${text}\n`, (error) => {
    if (!error) resolve();
  });
  await promise;
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
  const data = isOktaError(error)
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
  if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain');
}
