import type { Json } from '../json.ts';
import type { Org } from '../org.ts';
import type { IdFactory } from '../random.ts';

interface Owner {
  /** Path of the authorization server. */
  list: string;
  created: number;
}

/** Names of the claims about a user, by the scope that asks for them. */
const claimsByScope: readonly [scope: string, names: string][] = [
  ['profile', 'middle_name zoneinfo website updated_at profile preferred_username picture'],
  ['phone', 'phone_number'],
  ['profile', 'nickname name locale given_name gender family_name'],
  ['email', 'email_verified email'],
  ['profile', 'birthdate'],
  ['address', 'address'],
];

const always = ['preferred_username', 'name', 'email'];

const scopes: readonly [name: string, displayName: string][] = [
  ['openid', 'openid'],
  ['profile', 'profile'],
  ['email', 'email'],
  ['address', 'address'],
  ['phone', 'phone'],
  ['offline_access', 'Keep you signed in'],
  ['device_sso', 'device_sso'],
];

/** Adds the claims that every authorization server has. */
export function addSystemClaims(org: Org, { list, created }: Owner, ids: IdFactory): void {
  const add = (body: Json) =>
    org.objects.put({
      id: ids.next('ocl'),
      list: `${list}/claims`,
      created,
      lastUpdated: created,
      body: { status: 'ACTIVE', ...body, system: true, apiResourceId: null },
    });
  for (const [scope, names] of claimsByScope)
    for (const name of names.split(' '))
      add({
        ...{ name, claimType: 'IDENTITY', valueType: 'SYSTEM', conditions: { scopes: [scope] } },
        alwaysIncludeInToken: always.includes(name),
      });
  add({
    ...{ name: 'sub', claimType: 'RESOURCE', valueType: 'EXPRESSION', conditions: { scopes: [] } },
    ...{ value: '(appuser != null) ? appuser.userName : app.clientId', alwaysIncludeInToken: true },
  });
}

/** Adds the scopes that every authorization server has. */
export function addSystemScopes(org: Org, { list, created }: Owner, ids: IdFactory): void {
  for (const [name, displayName] of scopes)
    org.objects.put({
      id: ids.next('scp'),
      list: `${list}/scopes`,
      created,
      lastUpdated: created,
      body: {
        ...{ name, displayName, description: null, system: true, default: false, optional: false },
        ...{ metadataPublish: 'ALL_CLIENTS', consent: 'IMPLICIT' },
      },
    });
}
