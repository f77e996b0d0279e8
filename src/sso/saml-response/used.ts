import { createHash } from 'node:crypto';
import type { Clock } from '../../http/types.ts';
import { fileStateStore } from '../../state/file.ts';
import { memoryStateStore, type StateStore } from '../../state/store.ts';
import type { Assertion } from './assertion.ts';
import { refusedResponse } from './refusal.ts';

/** What this process has accepted. A clock decides when that is forgotten, so each has its own. */
const memories = new WeakMap<Clock, StateStore>();

function memoryOf(clock: Clock): StateStore {
  const known = memories.get(clock) ?? memoryStateStore(() => clock.now());
  memories.set(clock, known);
  return known;
}

/** The largest difference of clocks that can be allowed: another run may allow more than this one. */
export const MOST_SKEW_SECONDS = 3600;

/**
 * Accepts an assertion once: it is remembered for as long as it could be accepted again.
 * @param place a file that several processes may share; without one, this process remembers.
 * @throws OktaError `sign_in_refused` the second time; `state_locked` when the file cannot be used.
 */
export async function useOnce(
  { id, issuer, confirmations, conditions }: Assertion,
  { place, clock }: { place: string | undefined; clock: Clock },
): Promise<void> {
  const store = place === undefined ? memoryOf(clock) : fileStateStore(place, clock.now);
  const ends = [conditions, ...confirmations].flatMap(({ notOnOrAfter }) => notOnOrAfter ?? []);
  const key = `assertion:${createHash('sha256')
    .update(JSON.stringify([issuer, id]))
    .digest('base64url')}`;
  const now = clock.now();
  const ttlMs = Math.max(...ends) - now + MOST_SKEW_SECONDS * 1000;
  if (await store.compareAndSet(key, undefined, new Date(now).toISOString(), ttlMs)) return;
  throw refusedResponse('one-time use', 'it has been accepted before', {
    ...{
      actor: 'caller',
      expected: 'an assertion that is new',
      found: `accepted at ${await store.get(key)}`,
    },
    hint: 'Let the person sign in again. If nobody pressed Back or reloaded the page, somebody else has the response.',
  });
}
