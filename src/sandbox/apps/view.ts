import { iso } from '../clock.ts';
import type { Call } from '../http.ts';
import type { Json } from '../json.ts';
import type { User } from '../users/user.ts';
import { userItem } from '../users/view.ts';
import type { App, GroupAssignment, UserAssignment } from './app-store.ts';

/** An app as the API returns it, never with its client secret. */
export function appView(call: Call, app: App, embedded?: Json): Json {
  const self = `${call.origin}/api/v1/apps/${app.id}`;
  return {
    id: app.id,
    orn: `orn:okta:idp:${call.org.id}:apps:${app.name}:${app.id}`,
    name: app.name,
    label: app.label,
    status: app.status,
    lastUpdated: iso(app.lastUpdated),
    created: iso(app.created),
    accessibility: { selfService: false, errorRedirectUrl: null, loginRedirectUrl: null },
    visibility: {
      autoLaunch: false,
      autoSubmitToolbar: false,
      hide: { iOS: false, web: false },
      appLinks: { login: true },
    },
    features: app.features,
    signOnMode: app.signOnMode,
    credentials: app.credentials,
    settings: app.settings,
    ...(embedded ? { _embedded: embedded } : {}),
    _links: {
      self: { href: self },
      appLinks: [{ name: 'login', href: tile(call, app), type: 'text/html' }],
      users: { href: `${self}/users` },
      groups: { href: `${self}/groups` },
      logo: [],
      deactivate: { href: `${self}/lifecycle/deactivate` },
    },
  };
}

export function appUserView(
  call: Call,
  app: App,
  user: User,
  assignment: UserAssignment,
  expand = false,
): Json {
  const { id, scope, created, lastUpdated, userName, profile } = assignment;
  return {
    id,
    externalId: null,
    created: iso(created),
    lastUpdated: iso(lastUpdated),
    scope,
    status: user.status === 'STAGED' || user.status === 'PROVISIONED' ? 'STAGED' : 'ACTIVE',
    statusChanged: iso(created),
    passwordChanged: null,
    syncState: 'DISABLED',
    credentials: { userName },
    profile: { ...nullProfile, ...profile },
    ...(expand ? { _embedded: { user: userItem(call, user) } } : {}),
    _links: {
      app: { href: `${call.origin}/api/v1/apps/${app.id}` },
      user: { href: `${call.origin}/api/v1/users/${id}` },
      ...(scope === 'GROUP' ? groupLink(call, app, user) : {}),
    },
  };
}

export function appGroupView(
  call: Call,
  app: App,
  { id, lastUpdated, priority, profile }: GroupAssignment,
): Json {
  const appHref = `${call.origin}/api/v1/apps/${app.id}`;
  return {
    id,
    lastUpdated: iso(lastUpdated),
    priority,
    profile,
    _links: {
      app: { href: appHref },
      self: { href: `${appHref}/groups/${id}` },
      group: { href: `${call.origin}/api/v1/groups/${id}` },
    },
  };
}

/** The dashboard tiles of an app. Their ids differ from the app's id. */
export function appLinks(call: Call, app: App, user: User): Json[] {
  return [
    {
      id: `00l${app.id.slice(3)}`,
      label: app.label,
      linkUrl: tile(call, app),
      logoUrl: `${call.origin}/logo/${app.name}.png`,
      appName: app.name,
      appInstanceId: app.id,
      appAssignmentId: `0ua${app.id.slice(3, 9)}${user.id.slice(9)}`,
      credentialsSetup: false,
      hidden: false,
      sortOrder: 0,
    },
  ];
}

// An app user's profile contains null for attributes without a value; a user's own profile omits them.
const nullProfile = { secondEmail: null, mobilePhone: null };

function tile(call: Call, app: App): string {
  return `${call.origin}/home/${app.name}/${app.id}/2557`;
}

function groupLink({ org, origin }: Call, app: App, user: User): Json {
  for (const { id } of app.groups) {
    const group = org.groups.get(id);
    if (group && org.groups.isMember(group, user.id))
      return { group: { href: `${origin}/api/v1/groups/${id}`, name: group.profile.name } };
  }
  return {};
}
