import { UsageError } from './usage.ts';

const UNIT = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/** The time that lies `24h` or `7d` before now, in ISO 8601; any other text is left as it is. */
export function readTime(text: string): string {
  const [, amount, unit] = /^\s*(\d+)([smhdw])\s*$/.exec(text) ?? [];
  if (amount === undefined) return text;
  const time = new Date(Date.now() - Number(amount) * UNIT[unit as keyof typeof UNIT]);
  if (Number.isNaN(time.getTime())) {
    throw new UsageError(`${text.trim()} reaches back too far`, { hint: 'Write a time like 24h or 7d.' });
  }
  return time.toISOString();
}
