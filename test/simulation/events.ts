import { randomUUID } from 'node:crypto';
import type { Random } from './random.ts';

export const WANTED = ['user.lifecycle.create', 'user.account.update_profile', 'group.user_membership.add'];
/** What a stream signs, of the same kinds as the others are: each comes signed, from the log, or both. */
export const SIGNED = ['user.session.end', 'user.account.update_password', 'user.mfa.factor.activate'];
const UNWANTED = ['user.session.start', 'user.authentication.sso'];

/** How an event can be unlike what Okta documents, as the control route of the sandbox takes it. */
const oddities = (
  next: () => number,
): Record<string, { omit?: string[]; show?: Record<string, unknown> }> => ({
  'target is an object': { show: { target: { id: '00u1', type: 'User' } } },
  'target is text': { show: { target: '00u1' } },
  'targets are null and text': { show: { target: [null, '00u1', { type: 'User' }, 7] } },
  'actor is text': { show: { actor: 'Okta System' } },
  'actor is null': { show: { actor: null } },
  'client is text': { show: { client: '203.0.113.9' } },
  'outcome is text': { show: { outcome: 'SUCCESS' } },
  'no uuid': { omit: ['uuid'] },
  'uuid is null': { show: { uuid: null } },
  'uuid is a number': { show: { uuid: Math.floor(next() * 1e15) } },
  'no published': { omit: ['published'] },
  'published is a number': { show: { published: Date.now() } },
  'published is no time': { show: { published: 'soon' } },
  'published is far ahead': { show: { published: '2999-01-01T00:00:00.000Z' } },
  'message is a number': { show: { displayMessage: 42 } },
  'only a type': { omit: ['uuid', 'published', 'actor', 'target', 'client', 'outcome', 'displayMessage'] },
});
export const ODD = Object.keys(oddities(Math.random));

/** Of a few people, so that several like events are close to each other. */
const USERS = ['00uana0000000000000', '00uben0000000000000', '00ucat0000000000000'];

/** A member that Okta does not have: it tells the events apart, whatever their uuid. A token has none: there it is the user and time. */
export interface SimulatedEvent {
  marker: string;
  eventType: string;
  /** Which oddity; undefined for an event like any other. */
  odd: string | undefined;
  /** What the sandbox takes. */
  body: object;
}

/** An event: four in five of a wanted type, three in ten up to an hour late, a few odd in one of these ways. */
export function anEvent({ next, pick }: Random, ways: readonly string[]): SimulatedEvent {
  const marker = randomUUID();
  const eventType = next() < 0.8 ? pick(WANTED) : pick(UNWANTED);
  const lateMs = next() < 0.3 ? next() * 3_600_000 : 0;
  const odd = next() < 0.02 ? pick(ways) : undefined;
  const published = new Date(Date.now() - lateMs).toISOString();
  const body = { uuid: marker, eventType, published, marker, ...(odd && oddities(next)[odd]) };
  return { marker, eventType, odd, body };
}

/** The marker of what a stream delivers. */
export const signedMarker = (user: unknown, at: unknown): string => `${user} ${at}`;

const used = new Set<number>();

/** An event that a stream signs: as often late or unwanted as the others, and never at the same millisecond as another. */
export function aSignedEvent({ next, pick }: Random): SimulatedEvent {
  const eventType = next() < 0.8 ? pick(SIGNED) : pick(UNWANTED);
  const lateMs = next() < 0.3 ? next() * 3_600_000 : 0;
  const user = pick(USERS);
  let at = Math.floor(Date.now() - lateMs);
  while (used.has(at)) at -= 1;
  used.add(at);
  const published = new Date(at).toISOString();
  const party = { id: user, type: 'User', alternateId: user, displayName: user };
  const body = {
    eventType,
    published,
    actor: party,
    ...(eventType === 'user.session.end' ? {} : { target: [party] }),
  };
  return { marker: signedMarker(user, published), eventType, odd: undefined, body };
}
