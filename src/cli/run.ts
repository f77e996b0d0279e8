import { effectFor } from '../actions/effect.ts';
import { isList, parseInput } from '../actions/run.ts';
import { actionOf } from '../connector.ts';
import { type ConnectionFlags, clientOnDemand } from './client.ts';
import { confirm } from './confirm.ts';
import { printJson } from './output.ts';
import { readInputs } from './pairs.ts';
import { onInterrupt } from './signals.ts';
import { printItems } from './table.ts';
import { UsageError } from './usage.ts';

interface RunFlags extends ConnectionFlags {
  input: string;
  json?: boolean;
  ndjson?: boolean;
  yes?: boolean;
}

/** Runs one action. Ctrl-C stops it between requests. */
export async function run(key: string, pairs: string[], flags: RunFlags): Promise<void> {
  const action = actionOf(key);
  if (flags.ndjson && !isList(action)) {
    throw new UsageError(`${key} does not return a list`, { hint: 'Omit --ndjson.' });
  }
  const { open, close } = clientOnDemand(flags, action);
  try {
    const input = await readInputs(action, flags.input, pairs, open);
    const { destructive } = effectFor(action, parseInput(action, input));
    if (destructive && !flags.yes) await confirm(key, `${key} removes something that cannot be restored.`);
    const client = await open();
    const signal = onInterrupt();
    if (flags.ndjson) {
      for await (const item of client.stream(key, input, { signal })) await printJson(item, { line: true });
    } else {
      const output = await client.run(key, input, { signal });
      await (isList(action) ? printItems(output as unknown[], flags) : printJson(output));
    }
  } finally {
    close();
  }
}
