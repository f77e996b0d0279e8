import { invalid, oktaError } from '../errors.ts';
import type { Call } from '../http.ts';
import type { Json } from '../json.ts';
import type { Org } from '../org.ts';
import { userParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import { userOfCall } from '../users/find.ts';
import type { FactorType } from './types.ts';

const pauses = { E0000109: 30_000, E0000118: 5_000, E0000133: 30_000 };
const longestLifetime = 86_400;

/** When each phone or mailbox last got a code. */
const lastSent = new WeakMap<Org, Map<string, number>>();

/**
 * Sends a code, where a factor works by one.
 * @returns the member of the factor that remembers it.
 * @throws Refusal 429 when the same address got one a moment ago.
 */
export function send(call: Call, { sendsTo, tooSoon, sent: event }: FactorType, profile: Json = {}): Json {
  if (!sendsTo || !tooSoon || !event) return {};
  const { org, query } = call;
  const lifetime = Number(query.get('tokenLifetimeSeconds') ?? 300);
  if (!(Number.isInteger(lifetime) && lifetime >= 1 && lifetime <= longestLifetime))
    throw invalid(
      'tokenLifetimeSeconds',
      'tokenLifetimeSeconds should be in the range of 1 to 86400 inclusive.',
    );
  const now = org.clock.now();
  const sent = lastSent.get(org) ?? new Map<string, number>();
  lastSent.set(org, sent);
  const address = `${tooSoon} ${profile[sendsTo]}`;
  if (now < (sent.get(address) ?? Number.NEGATIVE_INFINITY) + pauses[tooSoon]) throw oktaError(tooSoon);
  sent.set(address, now);
  // Where Identity Engine has it.
  const { phoneNumber } = profile;
  const debugData = phoneNumber === undefined ? {} : { phoneNumber };
  record(call, event, { target: [userParty(userOfCall(call))], debugData });
  return { hidden: { sentAt: now, lifetime } };
}
