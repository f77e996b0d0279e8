import { iso } from '../clock.ts';
import type { Call } from '../http.ts';
import type { Json } from '../json.ts';
import type { Group } from './group-store.ts';

/** A group as the API returns it; `stats` embeds its numbers of users and apps. */
export function groupView(call: Call, group: Group, stats = false): Json {
  const self = `${call.origin}/api/v1/groups/${group.id}`;
  const { name, description = null, ...custom } = group.profile;
  return {
    id: group.id,
    created: iso(group.created),
    lastUpdated: iso(group.lastUpdated),
    lastMembershipUpdated: iso(group.lastMembershipUpdated),
    objectClass: group.objectClass,
    type: group.type,
    profile: { name, description, ...custom },
    ...(stats ? { _embedded: { stats: statsOf(call, group, self) } } : {}),
    _links: {
      logo: ['medium', 'large'].map((size) => ({
        name: size,
        href: `${call.origin}/assets/img/logos/groups/odyssey/okta-${size}.png`,
        type: 'image/png',
      })),
      owners: { href: `${self}/owners` },
      users: { href: `${self}/users` },
      apps: { href: `${self}/apps` },
    },
  };
}

function statsOf({ org }: Call, group: Group, self: string): Json {
  const apps = [...org.apps.from()].filter((app) => app.groups.get(group.id));
  return {
    usersCount: org.groups.memberCount(group),
    appsCount: apps.length,
    groupPushMappingsCount: 0,
    hasAdminPrivilege: false,
    _links: { self: { href: `${self}?expand=stats` } },
  };
}
