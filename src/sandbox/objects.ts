import { areas } from './areas.ts';
import type { GroupType } from './groups/group-store.ts';
import { isObject, type Json } from './json.ts';
import type { Org } from './org.ts';
import { type Attribute, attributeOf, type Schema } from './schemas/attribute.ts';
import { addApp, addGroup, seedUser } from './seed/base.ts';
import type { UserStatus } from './users/user.ts';

/** Puts an object with an id, and the id of what it belongs to if it has none of its own. */
type Put = (org: Org, id: string, body: Json) => void;

/** What has a store of its own, by its path; everything else is kept as JSON. */
const own: [path: RegExp, put: Put][] = [
  [/^\/api\/v1\/users\/([^/]+)$/, putUser],
  [/^\/api\/v1\/groups\/([^/]+)$/, putGroup],
  [/^\/api\/v1\/apps\/([^/]+)$/, putApp],
  [/^\/api\/v1\/apps\/([^/]+)\/connections\/default$/, putConnection],
];

const lists = areas.flatMap(({ kinds = [] }) =>
  kinds.map(({ path }) => new RegExp(`^${path.replace(/:\w+/g, '[^/]+')}$`)),
);

/**
 * Puts an object, as Okta answers it, into the org as if it had always been there: without checks, events or other effects.
 * @returns an error message if the org keeps no such objects.
 */
export function putObject(org: Org, path: string, body: Json): string | undefined {
  const [pattern, put] = own.find(([known]) => known.test(path)) ?? [];
  const cut = path.lastIndexOf('/');
  const list = path.slice(0, cut);
  if (put) put(org, pattern?.exec(path)?.[1] as string, body);
  else if (lists.some((known) => known.test(list))) putJson(org, list, path.slice(cut + 1), body);
  else return `the sandbox keeps no objects at ${list}`;
  return undefined;
}

function putJson(org: Org, list: string, id: string, body: Json): void {
  const { id: _, created, lastUpdated, _links, _embedded, ...members } = body;
  org.objects.put({
    id,
    list,
    created: time(created) ?? org.created,
    lastUpdated: time(lastUpdated) ?? org.created,
    body: members,
  });
}

function putUser(org: Org, id: string, { status, profile, ...times }: Json): void {
  seedUser(org, status as UserStatus, known(org.schemaOf(org.defaultUserType().id), profile), {
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
  const members = known(org.groupSchema as Schema, profile);
  addGroup(org, String(members.name), { id, type: type as GroupType, profile: members });
}

function putApp(org: Org, id: string, body: Json): void {
  const names = ['accessibility', 'visibility', 'settings', 'credentials', 'profile'];
  const members = names.flatMap((name) => (isObject(body[name]) ? [[name, body[name]]] : []));
  addApp(org, {
    ...Object.fromEntries(members),
    id,
    name: String(body.name),
    label: String(body.label),
    signOnMode: String(body.signOnMode),
    status: body.status === 'INACTIVE' ? 'INACTIVE' : 'ACTIVE',
  });
}

function putConnection(org: Org, appId: string, { authScheme, status, baseUrl = null }: Json): void {
  const app = org.apps.get(appId);
  if (app && authScheme !== undefined) app.connection = { authScheme, status, baseUrl };
}

/** The profile; its schema gets the attributes that it lacks. */
function known(schema: Schema, profile: unknown): Json {
  const members = isObject(profile) ? profile : {};
  for (const [name, value] of Object.entries(members))
    if (!attributeOf(schema, name)) schema.custom[name] = { title: name, type: typeOf(value) };
  return members;
}

function typeOf(value: unknown): Attribute['type'] {
  if (Array.isArray(value)) return 'array';
  const type = typeof value;
  return type === 'boolean' || type === 'number' ? type : 'string';
}

function time(text: unknown): number | null {
  return typeof text === 'string' ? Date.parse(text) : null;
}
