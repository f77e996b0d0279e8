import { isRecord } from '../../schema/record.ts';
import type { OktaGroup, OktaUser } from '../mapping/mapping.ts';
import type { Raw, RawGroup } from '../store/store.ts';

/**
 * What the snapshot keeps of a user: nothing that changes without a new lastUpdated (last sign-in), and no links or credentials.
 */
const USER_MEMBERS = [
  ...['id', 'status', 'created', 'activated', 'statusChanged', 'lastUpdated', 'type', 'realmId'],
] as const;

const GROUP_MEMBERS = ['id', 'type', 'objectClass', 'created', 'lastUpdated', 'source'] as const;

type Json = Record<string, unknown>;

/** Okta's order of members differs between lists and single objects; the texts must not. */
function canonical(object: Json, members: readonly string[]): string {
  const kept: Json = {};
  for (const name of members) if (object[name] !== undefined) kept[name] = object[name];
  const profile = isRecord(object.profile) ? object.profile : {};
  const sorted: Json = {};
  for (const name of Object.keys(profile).sort()) sorted[name] = profile[name];
  return JSON.stringify({ ...kept, profile: sorted });
}

export const rawUser = (user: Json): Raw => ({
  id: user.id as string,
  raw: canonical(user, USER_MEMBERS),
});

/** A group without what it is used for. */
export function rawGroup(group: Json): Omit<RawGroup, 'mirrored' | 'members'> {
  const moved = Date.parse(String(group.lastMembershipUpdated));
  return {
    id: group.id as string,
    raw: canonical(group, GROUP_MEMBERS),
    ...(Number.isNaN(moved) ? {} : { moved }),
  };
}

/** An app whose users are the scope, as a container of members. */
export const rawApp = (id: string): RawGroup => ({
  id,
  raw: JSON.stringify({ id, type: APP, profile: {} }),
  mirrored: false,
  members: true,
});

const APP = 'okta-connector:app';

export const parseUser = (raw: string): OktaUser => JSON.parse(raw) as OktaUser;
export const parseGroup = (raw: string): OktaGroup => JSON.parse(raw) as OktaGroup;
export const isApp = ({ raw }: Raw): boolean => raw.includes(`"type":"${APP}"`);
