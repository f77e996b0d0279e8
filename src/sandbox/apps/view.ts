import { iso } from '../clock.ts';
import type { Group } from '../groups/group-store.ts';
import { groupView } from '../groups/view.ts';
import type { Call } from '../http.ts';
import type { Json } from '../json.ts';
import type { User } from '../users/user.ts';
import { userItem } from '../users/view.ts';
import { type App, type GroupAssignment, signs, type UserAssignment } from './app-store.ts';

/** An app as the API returns it, never with its client secret. */
export function appView(call: Call, app: App, embedded?: Json): Json {
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
      appLinks: { [tileName(app)]: true },
    },
    features: app.features,
    signOnMode: app.signOnMode,
    credentials: app.credentials,
    ...(call.org.settings.universalLogout
      ? { universalLogout: signs(app.signOnMode) ? disabledLogout : null }
      : {}),
    settings: app.settings,
    ...(embedded ? { _embedded: embedded } : {}),
    _links: appRels(call, app),
  };
}

/** The links of an app in an org on Identity Engine. They follow status, sign-on mode and client authentication. */
function appRels(call: Call, app: App): Json {
  const { origin } = call;
  const self = `${origin}/api/v1/apps/${app.id}`;
  const help = `${origin}/app/${app.name}/${app.id}/setup/help/${app.signOnMode}/instructions`;
  const authentication = app.client?.authentication ?? 'none';
  const credentials = authentication === 'private_key_jwt' ? 'jwks' : 'secrets';
  const active = app.status === 'ACTIVE';
  return {
    ...(app.signOnMode.startsWith('SAML_') && { help: { href: help, type: 'text/html' } }),
    ...(app.signOnMode === 'SAML_2_0' && {
      metadata: { href: `${self}/sso/saml/metadata`, type: 'application/xml' },
    }),
    uploadLogo: { href: `${self}/logo`, hints: { allow: ['POST'] } },
    appLinks: [{ name: tileName(app), href: tile(call, app), type: 'text/html' }],
    profileEnrollment: { href: `${origin}/api/v1/policies/rstSandboxPrf1Sb5d70` },
    ...(!active && { activate: { href: `${self}/lifecycle/activate` } }),
    policies: { href: `${self}/policies`, hints: { allow: ['PUT'] } },
    groups: { href: `${self}/groups` },
    logo: [{ name: 'medium', href: logo(call, app), type: 'image/png' }],
    ...(authentication !== 'none' && {
      clientCredentials: [{ name: credentials, href: `${self}/credentials/${credentials}` }],
    }),
    accessPolicy: { href: `${origin}/api/v1/policies/rstSandboxAcc1Sb5d70` },
    users: { href: `${self}/users` },
    ...(active && { deactivate: { href: `${self}/lifecycle/deactivate` } }),
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
    status: user.status === 'STAGED' ? 'STAGED' : 'ACTIVE',
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

function tile(call: Call, app: App): string {
  const id = signs(app.signOnMode) ? `aln${app.id.slice(3)}` : '2557';
  return `${call.origin}/home/${app.name}/${app.id}/${id}`;
}

function logo({ origin }: Call, app: App): string {
  return `${origin}/logo/${app.name}.png`;
}

/** The name of the app's tile: its own for apps with a key, `login` for the templates of Okta. */
function tileName(app: App): string {
  return signs(app.signOnMode) ? `${app.name}_link` : 'login';
}

const disabledLogout = {
  status: 'DISABLED',
  supportType: 'FULL',
  identityStack: 'NOT_SHARED',
  protocol: 'GLOBAL_TOKEN_REVOCATION',
};

function groupLink({ org, origin }: Call, app: App, user: User): Json {
  for (const { id } of app.groups) {
    const group = org.groups.get(id);
    if (group && org.groups.isMember(group, user.id))
      return { group: { href: `${origin}/api/v1/groups/${id}`, name: group.profile.name } };
  }
  return {};
}
