import { isForbidden } from '../../errors/errors.ts';
import type { LogEvent } from '../../resources/log/log-event.ts';
import { isRecord } from '../../schema/record.ts';
import { RETENTION_MS } from '../../triggers/sources/log/log-clock.ts';
import { type PollState, pollPages } from '../../triggers/sources/log/system-log.ts';
import type { Ping } from '../store/store.ts';
import type { Engine } from './engine.ts';

/** What no lastUpdated shows: who joined or left a group or the app, and what was deleted. */
const MEMBERSHIPS: Record<string, boolean> = {
  'group.user_membership.add': true,
  'group.user_membership.remove': false,
  'application.user_membership.add': true,
  'application.user_membership.remove': false,
};
const USER_DELETED = ['user.lifecycle.delete.initiated', 'user.lifecycle.delete.completed'];
const GROUP_DELETED = 'group.lifecycle.delete';

/** The state of the log is thrown away this long before Okta does so. */
const MARGIN_MS = 24 * 60 * 60_000;

/**
 * Reads the System Log since the last run, and keeps what it names as pings. The first run only remembers where the log ends.
 * @returns false if this connection may not read the log: deletions are then found by reading everything.
 */
export async function readLog(engine: Engine): Promise<boolean> {
  const { store, okta, isAppScope } = engine;
  const eventTypes = [...Object.keys(MEMBERSHIPS), ...USER_DELETED, GROUP_DELETED].filter(
    (type) => isAppScope || !type.startsWith('application.'),
  );
  let value = await store.get<PollState>('log');
  let seen = (await store.get<number>('logSeen')) ?? 0;
  let found: Ping[] = [];
  let latest = seen;
  const held = {
    get value() {
      return value;
    },
    assertHeld() {},
    async save(next: PollState) {
      await store.transaction(async () => {
        await store.addPings(found);
        await store.set('log', next);
        await store.set('logSeen', latest);
      });
      value = next;
      seen = latest;
      found = [];
    },
  };
  try {
    for await (const page of pollPages(okta.context, held, { conditions: { eventTypes } })) {
      for (const event of page) {
        // A malformed event must not block those after it.
        if (!isRecord(event)) continue;
        const at = Date.parse(event.published);
        found.push(...pingsOf(event, at > seen ? at : 0));
        if (at > latest && at <= okta.now()) latest = at;
      }
    }
  } catch (error) {
    if (!isForbidden(error)) throw error;
    return false;
  }
  return true;
}

/** True if the log no longer reaches back to the last run. */
export async function isLogLost({ store, okta }: Engine): Promise<boolean> {
  const state = await store.get<PollState>('log');
  return state !== undefined && state.watermark < okta.now() - RETENTION_MS + MARGIN_MS;
}

/** @param at time of the event; 0 if it came late, so that its order is not known. */
function pingsOf(event: LogEvent, at: number): Ping[] {
  const { eventType, uuid } = event;
  if (isRecord(event.outcome) && event.outcome.result === 'FAILURE') return [];
  const targets = [event.target].flat().filter(isRecord);
  const idsOf = (...types: string[]) =>
    targets.filter(({ type }) => types.includes(String(type))).map(({ id }) => String(id));
  if (USER_DELETED.includes(eventType)) {
    return idsOf('User').map((id) => ({ key: `user ${id}`, kind: 'user', id }));
  }
  if (eventType === GROUP_DELETED) {
    return idsOf('UserGroup').map((id) => ({ key: `group ${id}`, kind: 'group', id }));
  }
  const isAdded = MEMBERSHIPS[eventType];
  if (isAdded === undefined) return [];
  const [groupId] = idsOf('UserGroup', 'AppInstance');
  if (groupId === undefined) return [];
  return idsOf('User').map((userId) => ({
    ...{ key: `member ${uuid} ${userId}`, kind: 'member', groupId, userId, isAdded, at },
  }));
}
