import { effectFor } from '../actions/effect.ts';
import { isList, parseInput } from '../actions/run.ts';
import { actionOf } from '../connector.ts';
import { type ConnectionFlags, openClient } from './client.ts';
import { confirm } from './confirm.ts';
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
    throw new UsageError(`${key} does not answer with a list`, { hint: 'Omit --ndjson.' });
  }
  const input = await readInput(flags.input);
  const { destructive } = effectFor(action, parseInput(action, input));
  if (destructive && !flags.yes) await confirm(key, `${key} removes something that cannot be restored.`);
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
