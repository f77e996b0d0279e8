import { InputError } from '../errors/errors.ts';

// Options as JavaScript may give them: what cannot work is refused, not taken for no limit or a millisecond.

/** With nothing under way at the same time, nothing would ever be sent. */
export function atLeastOne(concurrency: number): number {
  if (Number.isSafeInteger(concurrency) && concurrency > 0) return concurrency;
  throw new InputError('concurrency must be a whole number above 0');
}

/** A setting that was not there makes NaN, which timers take for a millisecond. */
export function timeOf(name: string, ms: number, { none = false } = {}): number {
  if (ms > 0 || (none && ms === 0)) return ms;
  throw new InputError(`${name} must be milliseconds, ${none ? '0 or more' : 'above 0'}`, {
    hint: 'For no limit give Infinity.',
  });
}

export function retriesOf(count: number): number {
  if (Number.isSafeInteger(count) && count >= 0) return count;
  throw new InputError('maxRetries must be a whole number, 0 or more');
}

/** A share of 80 instead of 0.8 would be no limit at all. */
export function shareOf(share: number): number {
  if (share > 0 && share <= 1) return share;
  throw new InputError('rateLimitShare must be above 0 and at most 1', { hint: 'For 80 percent give 0.8.' });
}
