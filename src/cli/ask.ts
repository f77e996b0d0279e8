import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { OktaError } from '../errors/errors.ts';
import { UsageError } from './usage.ts';

/** What to give in another way where nobody can be asked. */
export interface Question {
  words: string;
  /** The flags and variables that answer it as well. */
  instead: string;
}

/** Asks on the terminal. @throws UsageError without one; OktaError `aborted` when the question is left. */
export async function askOpenly({ words, instead }: Question): Promise<string> {
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new UsageError(`${words} is needed: give ${instead}`);
  return answerTo(words, { isShown: true });
}

/** Asks for a secret, which is not shown as it is typed; without a terminal it is all of stdin. */
export async function askSecret({ words, instead }: Question): Promise<string> {
  if (process.stdin.isTTY) {
    const answer = await answerTo(`${words} (not shown)`, { isShown: false });
    process.stderr.write('\n');
    return answer;
  }
  const secret = (await text(process.stdin)).trim();
  if (secret === '') throw new UsageError(`${words} is needed: give ${instead}, or on stdin`);
  return secret;
}

async function answerTo(words: string, { isShown }: { isShown: boolean }): Promise<string> {
  const nowhere = new Writable({ write: (_, __, done) => done() });
  const output = isShown ? process.stderr : nowhere;
  const terminal = createInterface({ input: process.stdin, output, terminal: true });
  // From here on the terminal no longer echoes input itself.
  if (!isShown) process.stderr.write(`${words}: `);
  // Ctrl-C and Ctrl-D close the readline interface, and its question then never resolves.
  const closed = once(terminal, 'close').then(() => undefined);
  const answer = await Promise.race([terminal.question(`${words}: `).catch(() => undefined), closed]);
  terminal.close();
  if (answer !== undefined) return answer.trim();
  throw new OktaError('Nothing was saved', { code: 'aborted', actor: 'caller' });
}
