import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { InputError } from '../errors/errors.ts';
import { parseJson } from './client.ts';

/** Reads `--input`: JSON, `@file`, or `-` for stdin. */
export async function readInput(source: string): Promise<unknown> {
  if (source === '-') return parseJson(await text(process.stdin), 'The input on stdin');
  if (!source.startsWith('@')) return parseJson(source, 'The input');
  const file = source.slice(1);
  const content = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`The input file ${file} cannot be read (${error.code})`);
  });
  return parseJson(content, `The input file ${file}`);
}

const UNIT = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** Milliseconds of a time like 30s, 5m or 1h; plain numbers are seconds. */
export function readDuration(value: string, flag: string): number {
  const [, amount, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(value) ?? [];
  if (amount === undefined) throw new InputError(`${flag} must be a time like 30s, 5m or 1h`);
  return Number(amount) * UNIT[unit as keyof typeof UNIT];
}
