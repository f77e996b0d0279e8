import { appendFileSync } from 'node:fs';
import { InputError } from '../errors/errors.ts';
import { note, printableJson } from './output.ts';

/**
 * Appends to the file of `--log`. A log that fails later does not stop the work: lines are dropped while it is unwritable.
 * @throws InputError when it is unwritable from the start.
 */
export function logLinesTo(file: string): (entry: unknown) => void {
  if (file === '-') return (entry) => note(printableJson(entry, true));
  const append = (text: string) => appendFileSync(file, text, { mode: 0o600 });
  try {
    append('');
  } catch (error) {
    throw new InputError(`The log ${file} cannot be written (${(error as NodeJS.ErrnoException).code})`, {
      hint: 'Check the file name of --log.',
    });
  }
  let isFailing = false;
  return (entry) => {
    try {
      append(`${printableJson(entry, true)}\n`);
      isFailing = false;
    } catch (error) {
      if (!isFailing)
        note(
          `The log ${file} cannot be written (${(error as NodeJS.ErrnoException).code}): requests are not logged until it can`,
        );
      isFailing = true;
    }
  };
}
