import { iso } from '../clock.ts';
import type { Group } from '../groups/group-store.ts';
import { groupView } from '../groups/view.ts';
import type { Call } from '../http.ts';
import type { Json } from '../json.ts';
import type { User } from '../users/user.ts';
import { userItem } from '../users/view.ts';
import type { App, GroupAssignment, UserAssignment } from './app-store.ts';
import { appRels, logo, tile } from './links.ts';
import { isOwnName, signs } from './templates.ts';

/** An app as the API returns it; with the secret of its OAuth client only where it is created or replaced. */
export function appView(
  call: Call,
  app: App,
  { embedded, showsSecret = false }: { embedded?: Json; showsSecret?: boolean } = {},
): Json {
  return {
    id: app.id,
    orn: `orn:okta:idp:${call.org.id}:apps:${app.name}:${app.id}`,
    name: app.name,
    label: app.label,
    status: app.status,
    lastUpdated: iso(app.lastUpdated),
    created: iso(app.created),
    accessibility: app.accessibility,
    visibility: app.visibility,
    features: app.features,
    signOnMode: app.signOnMode,
    credentials: showsSecret ? withSecret(app) : app.credentials,
    ...(call.org.clock.now() < logoutAdded ? {} : { universalLogout: universalLogout(app) }),
    settings: app.settings,
    ...(app.profile ? { profile: app.profile } : {}),
    ...(embedded ? { _embedded: embedded } : {}),
    _links: appRels(call, app),
  };
}

// Okta's apps have this member since then.
const logoutAdded = Date.parse('2025-05-01T00:00:00Z');

function universalLogout({ name, signOnMode }: App): Json | null {
  if (name !== 'oidc_client' && !isOwnName(name)) return signs(signOnMode) ? { status: 'UNSUPPORTED' } : null;
  return signs(signOnMode) ? disabledLogout : null;
}

const disabledLogout = {
  status: 'DISABLED',
  supportType: 'FULL',
  identityStack: 'NOT_SHARED',
  protocol: 'GLOBAL_TOKEN_REVOCATION',
};

function withSecret({ credentials, client }: App): Json {
  if (!client?.secret) return credentials;
  const { autoKeyRotation, client_id, ...rest } = credentials.oauthClient as Json;
  const oauthClient = { autoKeyRotation, client_id, client_secret: client.secret, ...rest };
  return { ...credentials, oauthClient };
}

export function appUserView(
  call: Call,
  app: App,
  user: User,
  assignment: UserAssignment,
  expand = false,
): Json {
  const { id, scope, created, lastUpdated, userName, profile } = assignment;
  const account = app.accounts.get(id);
  const hasFailed = call.org.provisioning.hasFailed(app, id);
  return {
    id,
    externalId: account?.externalId ?? null,
    created: iso(created),
    lastUpdated: iso(lastUpdated),
    scope,
    status: account ? 'PROVISIONED' : user.status === 'STAGED' ? 'STAGED' : 'ACTIVE',
    statusChanged: iso(created),
    passwordChanged: null,
    syncState: hasFailed ? 'ERROR' : account ? 'SYNCHRONIZED' : 'DISABLED',
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
  group?: Group,
): Json {
  const appHref = `${call.origin}/api/v1/apps/${app.id}`;
  return {
    id,
    lastUpdated: iso(lastUpdated),
    priority,
    profile,
    ...(group ? { _embedded: { group: groupView(call, group) } } : {}),
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
      logoUrl: logo(call, app),
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

function groupLink({ org, origin }: Call, app: App, user: User): Json {
  for (const { id } of app.groups) {
    const group = org.groups.get(id);
    if (group && org.groups.isMember(group, user.id))
      return { group: { href: `${origin}/api/v1/groups/${id}`, name: group.profile.name } };
  }
  return {};
}
