import { z } from 'zod';
import type { App } from '../apps/app-store.ts';
import type { Group } from '../groups/group-store.ts';
import type { Org } from '../org.ts';
import { SeededRandom } from '../random.ts';
import { take } from '../sorted.ts';
import type { User } from '../users/user.ts';
import type { EventFields, LogParty } from './event.ts';
import type { NewEvent } from './log-store.ts';
import { appParty, appUserParty, groupParty, userParty } from './parties.ts';
import { browsers, networkAddresses } from './sign-in-places.ts';

const maximumCount = 1_000_000;
/** Larger answers don't list the uuids. */
const maximumListed = 100_000;
const maximumLatenessMs = 3_600_000;
const failedShare = 0.2;

export const generateSchema = z.strictObject({
  count: z.int().min(1).max(maximumCount),
  seed: z.int().default(1),
  eventTypes: z.array(z.string().min(1)).min(1).optional(),
  /** Share of events that happened up to an hour before they appear in the log. */
  lateRate: z.number().min(0).max(1).default(0),
});

const refusedOutcome = { result: 'FAILURE', reason: 'INVALID_CREDENTIALS' };

const commonTypes = [
  'user.session.start',
  'user.session.start',
  'user.authentication.sso',
  'user.authentication.sso',
  'user.lifecycle.create',
  'user.lifecycle.activate',
  'user.lifecycle.suspend',
  'user.account.update_profile',
  'user.account.update_password',
  'user.mfa.factor.reset_all',
  'group.user_membership.add',
  'group.user_membership.remove',
  'application.user_membership.add',
  'application.user_membership.remove',
];

/** The parties of generated events; each is created once and shared by all events that name it. */
interface Cast {
  admin: LogParty;
  users: { user: User; party: LogParty }[];
  groups: LogParty[];
  apps: { app: App; party: LogParty }[];
  clients: EventFields['client'][];
}

/** Adds generated events to the log. After a reset the same seed gives the same events. */
export function generateEvents(
  org: Org,
  { count, seed, eventTypes = commonTypes, lateRate }: z.infer<typeof generateSchema>,
): { count: number; uuids: string[] } {
  org.generations += 1;
  const random = new SeededRandom(seed * 7919 + org.generations);
  const cast = castOf(org);
  const now = org.clock.now();
  const uuidOf = uuidsOf(random, org.generations);
  function* events(): Generator<NewEvent> {
    for (let i = 0; i < count; i++) {
      const late = random.next() < lateRate;
      const published = late ? now - 1 - random.integer(maximumLatenessMs) : now;
      const eventType = random.pick(eventTypes);
      yield { eventType, uuid: uuidOf(i), published, fields: fieldsOf(eventType, cast, random) };
    }
  }
  const added = org.log.appendAll(events());
  return { count, uuids: count > maximumListed ? [] : added.map(({ uuid }) => uuid) };
}

function castOf(org: Org): Cast {
  const users = take(org.users.from(), 200).map((user) => ({ user, party: userParty(user) }));
  const apps = [...org.apps.from()].map((app) => ({ app, party: appParty(app) }));
  const groups = take(org.groups.from(), 200).map((group: Group) => groupParty(group));
  const clients = networkAddresses.flatMap((ipAddress) =>
    browsers.map(([browser, os, rawUserAgent]) => ({
      ipAddress,
      zone: 'OFF_NETWORK',
      device: 'Computer',
      userAgent: { rawUserAgent, os, browser },
    })),
  );
  return { admin: userParty(org.users.get(org.adminId) as User), users, groups, apps, clients };
}

function fieldsOf(eventType: string, cast: Cast, random: SeededRandom): EventFields {
  const { user, party } = random.pick(cast.users);
  const client = random.pick(cast.clients);
  const { admin: actor } = cast;
  if (eventType === 'user.session.start') {
    const failed = random.next() < failedShare;
    return failed ? { actor: party, client, outcome: refusedOutcome } : { actor: party, client };
  }
  if (/^user\.(session|authentication)\./.test(eventType))
    return { actor: party, client, target: [random.pick(cast.apps).party] };
  if (eventType.startsWith('application.user_membership.')) {
    const { app, party: appTarget } = random.pick(cast.apps);
    const appUser = appUserParty(app, user, String(user.profile.login));
    return { actor, client, target: [appUser, appTarget, party] };
  }
  if (eventType.startsWith('group.user_membership.'))
    return { actor, client, target: [party, random.pick(cast.groups)] };
  if (eventType.startsWith('group.application_assignment.'))
    return { actor, client, target: [random.pick(cast.groups), random.pick(cast.apps).party] };
  if (eventType.startsWith('group.')) return { actor, client, target: [random.pick(cast.groups)] };
  if (eventType.startsWith('application.')) return { actor, client, target: [random.pick(cast.apps).party] };
  return eventType.startsWith('user.') ? { actor, client, target: [party] } : { actor, client };
}

/** Random-looking uuids that can't collide: they contain the generation and the position in it. */
function uuidsOf(random: SeededRandom, generation: number): (i: number) => string {
  const hex = (value: number, length: number) => value.toString(16).padStart(length, '0').slice(-length);
  return (i) => {
    const [a, b] = [random.integer(2 ** 32), random.integer(2 ** 28)];
    // A joined string needs much less memory than a concatenated one.
    return [hex(a, 8), hex(b, 4), `4${hex(b >>> 16, 3)}`, `8${hex(generation, 3)}`, `5b0d${hex(i, 8)}`].join(
      '-',
    );
  };
}
