import { InputError } from '../errors/errors.ts';

// JavaScript callers may pass anything: reject what cannot work, instead of treating it as no limit or one millisecond.

/** With a concurrency of 0 nothing would ever be sent. */
export function atLeastOne(concurrency: number): number {
  if (Number.isSafeInteger(concurrency) && concurrency > 0) return concurrency;
  throw new InputError('concurrency must be a whole number above 0');
}

/** A missing setting becomes NaN, which timers treat as one millisecond. */
export function durationOf(name: string, ms: number, { none = false } = {}): number {
  if (ms > 0 || (none && ms === 0)) return ms;
  throw new InputError(`${name} must be milliseconds, ${none ? '0 or more' : 'above 0'}`, {
    hint: 'Use Infinity for no limit.',
  });
}

export function retriesOf(count: number): number {
  if (Number.isSafeInteger(count) && count >= 0) return count;
  throw new InputError('maxRetries must be a whole number, 0 or more');
}

/** A share of 80 instead of 0.8 would not be a limit. */
export function shareOf(share: number): number {
  if (share > 0 && share <= 1) return share;
  throw new InputError('rateLimitShare must be above 0 and at most 1', { hint: 'Use 0.8 for 80 percent.' });
}
