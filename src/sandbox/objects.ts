import type { GroupType } from './groups/group-store.ts';
import type { Json } from './json.ts';
import { isObject } from './json.ts';
import type { Org } from './org.ts';
import { addApp, addGroup, addUser } from './seed/base.ts';
import type { UserStatus } from './users/user.ts';

type Put = (org: Org, id: string, body: Json) => void;

const kinds: Record<string, Put> = {
  '/api/v1/users': putUser,
  '/api/v1/groups': putGroup,
  '/api/v1/apps': putApp,
};

/**
 * Puts an object, as Okta answers it, into the org as if it had always been there: without checks, events or other effects.
 * @returns an error message if nothing of this kind can be put.
 */
export function putObject(org: Org, path: string, body: Json): string | undefined {
  const cut = path.lastIndexOf('/');
  const put = kinds[path.slice(0, cut)];
  if (!put) return `objects at ${path} cannot be put`;
  put(org, path.slice(cut + 1), body);
  return undefined;
}

function putUser(org: Org, id: string, { status, profile, ...times }: Json): void {
  addUser(org, status as UserStatus, isObject(profile) ? profile : {}, {
    id,
    created: time(times.created) ?? org.created,
    activated: time(times.activated),
    statusChanged: time(times.statusChanged),
    lastLogin: time(times.lastLogin),
    lastUpdated: time(times.lastUpdated) ?? org.created,
    passwordChanged: time(times.passwordChanged),
  });
}

function putGroup(org: Org, id: string, { type, profile }: Json): void {
  const members = isObject(profile) ? profile : {};
  addGroup(org, String(members.name), { id, type: type as GroupType, profile: members });
}

function putApp(org: Org, id: string, body: Json): void {
  addApp(org, {
    id,
    name: String(body.name),
    label: String(body.label),
    signOnMode: String(body.signOnMode),
    status: body.status === 'INACTIVE' ? 'INACTIVE' : 'ACTIVE',
    settings: isObject(body.settings) ? body.settings : {},
    credentials: isObject(body.credentials) ? body.credentials : {},
  });
}

function time(text: unknown): number | null {
  return typeof text === 'string' ? Date.parse(text) : null;
}
