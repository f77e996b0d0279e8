import type { App } from '../apps/app-store.ts';
import { type SeedClient, withClient } from '../apps/client.ts';
import { appMembers } from '../apps/members.ts';
import { areas } from '../areas.ts';
import type { OrgClock } from '../clock.ts';
import type { Credentials } from '../credentials.ts';
import { grantedOktaScopes } from '../credentials.ts';
import type { Group, GroupType } from '../groups/group-store.ts';
import type { Json } from '../json.ts';
import type { OAuthClient } from '../oauth/client.ts';
import { Org } from '../org.ts';
import { IdFactory } from '../random.ts';
import { seedGroupSchema, seedUserSchema } from '../schemas/seed-schemas.ts';
import { digest } from '../users/password.ts';
import { defaultRealmId, type Profile, type User, type UserStatus } from '../users/user.ts';
import { domain } from './people.ts';

export const day = 24 * 3600 * 1000;

// The password of all seeded users that have one.
const seedDigest = digest('Sandbox-Pass-1');

/** The basis of every seed: user types, schemas, Everyone, the administrator and the OAuth apps. */
export function baseOrg(clock: OrgClock, credentials: Credentials): Org {
  const org = new Org(clock, credentials);
  addUserType(org, {
    name: 'user',
    displayName: 'User',
    description: 'Okta user profile template with default permission settings',
    default: true,
  });
  addUserType(org, {
    name: 'contractor',
    displayName: 'Contractor',
    description: 'People on loan',
    default: false,
  });
  org.groupSchema = seedGroupSchema('default', org.created);
  addGroup(org, 'Everyone', { type: 'BUILT_IN', description: 'All users in your organization' });
  const admin = seedUser(org, 'ACTIVE', {
    firstName: 'Alex',
    lastName: 'Admin',
    login: `admin@${domain}`,
    email: `admin@${domain}`,
  });
  org.adminId = admin.id;
  for (const client of oauthClients(credentials)) addOAuthApp(org, client);
  for (const { number, seed } of areas) seed?.(org, new IdFactory(number));
  return org;
}

function addUserType(
  org: Org,
  type: { name: string; displayName: string; description: string; default: boolean },
) {
  const schemaId = org.ids.next('osc');
  org.userTypes.push({ ...type, id: org.ids.next('oty'), schemaId, created: org.created });
  org.userSchemas.set(
    schemaId,
    type.default ? seedUserSchema(schemaId, org.created) : seedUserSchema(schemaId, org.created, {}),
  );
}

/** Adds a user with timestamps and credentials that match its status. */
export function seedUser(org: Org, status: UserStatus, profile: Profile, rest: Partial<User> = {}): User {
  const created = rest.created ?? org.created - 30 * day;
  const begun = status !== 'STAGED';
  const password = status === 'STAGED' || status === 'PROVISIONED' ? undefined : seedDigest;
  return org.users.put({
    id: org.ids.next('00u'),
    status,
    created,
    activated: begun ? created : null,
    statusChanged: begun ? created : null,
    lastLogin: null,
    lastUpdated: created,
    passwordChanged: password ? created : null,
    typeId: org.defaultUserType().id,
    profile,
    provider: 'OKTA',
    password,
    realmId: defaultRealmId,
    ...rest,
  });
}

export function addGroup(
  org: Org,
  name: string,
  {
    type = 'OKTA_GROUP',
    description,
    id,
    profile,
  }: { type?: GroupType; description?: string; id?: string; profile?: Json } = {},
): Group {
  const created = org.created - 60 * day;
  return org.groups.put({
    id: id ?? org.ids.next('00g'),
    type,
    objectClass: type === 'APP_GROUP' ? ['okta:windows_security_principal'] : ['okta:user_group'],
    created,
    lastUpdated: created,
    lastMembershipUpdated: created,
    profile: { name, ...(description ? { description } : {}), ...profile },
  });
}

interface NewApp {
  id?: string;
  name: string;
  label: string;
  signOnMode: string;
  accessibility?: Json;
  visibility?: Json;
  settings?: Json;
  credentials?: Json;
  profile?: Json;
  status?: App['status'];
  client?: SeedClient;
}

export function addApp(
  org: Org,
  { id = org.ids.next('0oa'), name, status = 'ACTIVE', client, ...body }: NewApp,
): App {
  const created = org.created - 60 * day;
  const members = withClient(id, appMembers(name, body), client);
  return org.apps.put({ ...members, id, name, status, created, lastUpdated: created, features: [] });
}

export function assignGroup(app: App, group: Group, at: number): void {
  app.groups.put({ id: group.id, priority: app.groups.size, lastUpdated: at, profile: {} });
}

export function assignUser(app: App, user: User, at: number): void {
  const userName = String(user.profile.login);
  app.users.put({ id: user.id, scope: 'USER', created: at, lastUpdated: at, userName, profile: {} });
}

/** A client of the connector itself, which signs in at once. */
type OwnClient = Omit<OAuthClient, 'method' | 'responseTypes' | 'postLogoutRedirectUris'>;

function addOAuthApp(org: Org, { client, label }: { client: OwnClient; label: string }): void {
  const method = client.authentication === 'client_secret' ? 'client_secret_basic' : client.authentication;
  addApp(org, {
    id: client.clientId,
    name: 'oidc_client',
    label,
    signOnMode: 'OPENID_CONNECT',
    client,
    credentials: {
      oauthClient: {
        autoKeyRotation: true,
        client_id: client.clientId,
        token_endpoint_auth_method: method,
        pkce_required: client.authentication === 'none',
      },
    },
    settings: {
      oauthClient: {
        client_uri: null,
        logo_uri: null,
        redirect_uris: client.redirectUris,
        response_types: client.type === 'service' ? ['token'] : ['code'],
        grant_types: client.grantTypes,
        ...(client.keys.length > 0 ? { jwks: { keys: client.keys } } : {}),
        application_type: client.type,
        consent_method: 'TRUSTED',
        issuer_mode: 'ORG_URL',
        ...(client.type === 'service' ? {} : { refresh_token: { rotation_type: 'ROTATE', leeway: 30 } }),
        idp_initiated_login: { mode: 'DISABLED', default_scope: [] },
        wildcard_redirect: 'DISABLED',
        dpop_bound_access_tokens: client.dpopRequired,
        participate_slo: false,
      },
    },
  });
}

function oauthClients({ serviceApp, dpopServiceApp, webApp, nativeApp, publicKeys }: Credentials) {
  const common = { keys: [], redirectUris: [], scopes: grantedOktaScopes, dpopRequired: false };
  const service = {
    ...common,
    type: 'service',
    authentication: 'private_key_jwt',
    grantTypes: ['client_credentials'],
  } as const satisfies Partial<OwnClient>;
  const interactive = {
    ...common,
    immediate: true,
    grantTypes: ['authorization_code', 'refresh_token'],
  };
  const clients: { label: string; client: OwnClient }[] = [
    {
      label: 'Sandbox service',
      client: { ...service, clientId: serviceApp.clientId, keys: [publicKeys.serviceApp] },
    },
    {
      label: 'Sandbox service with DPoP',
      client: {
        ...service,
        clientId: dpopServiceApp.clientId,
        keys: [publicKeys.dpopServiceApp],
        dpopRequired: true,
      },
    },
    {
      label: 'Sandbox web app',
      client: {
        ...interactive,
        type: 'web',
        authentication: 'client_secret',
        clientId: webApp.clientId,
        secret: webApp.clientSecret,
        redirectUris: webApp.redirectUris,
      },
    },
    {
      label: 'Sandbox native app',
      client: {
        ...interactive,
        type: 'native',
        authentication: 'none',
        clientId: nativeApp.clientId,
        redirectUris: nativeApp.redirectUris,
      },
    },
  ];
  return clients;
}
