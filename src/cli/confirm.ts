import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { OktaError } from '../errors/errors.ts';

/** Asks on a terminal; without one there is nobody to ask, and a script knows what it calls. */
export async function confirm(key: string, what: string): Promise<void> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const question = `${what} Go on? [y/N] `;
  // Ctrl-C and Ctrl-D close the terminal, and the question itself is then never answered.
  const closed = once(terminal, 'close').then(() => '');
  const answer = await Promise.race([terminal.question(question).catch(() => ''), closed]);
  terminal.close();
  if (!/^y(es)?$/i.test(answer.trim())) {
    throw new OktaError(`${key} was not run`, {
      code: 'aborted',
      actor: 'caller',
      hint: 'Answer y, or give --yes.',
    });
  }
}
