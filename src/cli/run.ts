import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { actionOf } from '../connector.ts';
import { OktaError } from '../errors/errors.ts';
import { effectFor, isList, parseInput } from '../run-action.ts';
import { type ConnectionFlags, openClient } from './client.ts';
import { readInput } from './input.ts';
import { printJson } from './output.ts';
import { onInterrupt } from './signals.ts';
import { UsageError } from './usage.ts';

interface RunFlags extends ConnectionFlags {
  input: string;
  ndjson?: boolean;
  yes?: boolean;
}

/** Runs one action. Ctrl-C stops it between requests. */
export async function run(key: string, flags: RunFlags): Promise<void> {
  const action = actionOf(key);
  if (flags.ndjson && !isList(action)) {
    throw new UsageError(`${key} does not answer with a list`, { hint: 'Leave --ndjson out.' });
  }
  const input = await readInput(flags.input);
  const { destructive } = effectFor(action, parseInput(action, input));
  if (destructive && !flags.yes) await confirm(key);
  const client = await openClient(flags);
  const signal = onInterrupt();
  try {
    if (flags.ndjson) {
      for await (const item of client.stream(key, input, { signal })) await printJson(item, { line: true });
    } else {
      await printJson(await client.run(key, input, { signal }));
    }
  } finally {
    client.close();
  }
}

/** Asks on a terminal; without one there is nobody to ask, and a script knows what it calls. */
async function confirm(key: string): Promise<void> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const question = `${key} takes something away that cannot be brought back. Go on? [y/N] `;
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
