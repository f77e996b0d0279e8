import { invalid } from '../errors.ts';
import type { Call } from '../http.ts';
import type { Json } from '../json.ts';
import { plainView } from '../kinds/endpoints.ts';
import { defineKind, type Kind } from '../kinds/kind.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import { serverOf } from './authorization-servers.ts';

const valueTypes = ['EXPRESSION', 'GROUPS', 'SYSTEM'];
const groupFilters = ['STARTS_WITH', 'EQUALS', 'CONTAINS', 'REGEX'];

/** The claims that an authorization server puts into tokens. */
export const claimKind = defineKind({
  path: '/api/v1/authorizationServers/:authServerId/claims',
  param: 'claimId',
  prefix: 'ocl',
  type: 'OAuth2Claim',
  scope: 'okta.authorizationServers',
  created: 201,
  guard: (call) => void serverOf(call),
  make: (_, body) => ({ ...complete(body), system: false }),
  change: (_, body, { body: { system } }) => ({ ...complete(body), system }),
  view: (call, object) => timeless(call, claimKind, object),
  events: { create: 'oauth2.claim.created', update: 'oauth2.claim.updated', delete: 'oauth2.claim.deleted' },
});

/** The scopes that an authorization server knows. */
export const scopeKind = defineKind({
  path: '/api/v1/authorizationServers/:authServerId/scopes',
  param: 'scopeId',
  prefix: 'scp',
  type: 'OAuth2Scope',
  scope: 'okta.authorizationServers',
  created: 201,
  list: {
    select:
      ({ query }) =>
      ({ body }) =>
        String(body.name).startsWith(query.get('q') ?? ''),
  },
  guard: (call) => void serverOf(call),
  make: (_, body) => ({ ...completeScope(body), system: false }),
  change: (_, body, { body: { system } }) => ({ ...completeScope(body), system }),
  view: (call, object) => timeless(call, scopeKind, object),
  events: { create: 'oauth2.scope.created', update: 'oauth2.scope.updated', delete: 'oauth2.scope.deleted' },
});

function completeScope(body: Json): Json {
  const { name } = body;
  if (typeof name !== 'string' || name === '') throw invalid('name', 'name: The field cannot be left blank');
  const usual = { description: null, default: false, optional: false, metadataPublish: 'NO_CLIENTS' };
  return { ...usual, displayName: name, consent: 'IMPLICIT', ...body };
}

/** Okta does not tell when these were created. */
function timeless(call: Call, kind: Kind, object: StoredObject): Json {
  const { created, lastUpdated, ...view } = plainView(call, kind, object);
  return view;
}

function complete({ conditions, group_filter_type: filter, ...body }: Json): Json {
  const { name, valueType, claimType, value } = body;
  const isGroups = valueType === 'GROUPS';
  const causes = [
    ...(typeof name === 'string' && name !== '' ? [] : ['name: The field cannot be left blank']),
    ...(['RESOURCE', 'IDENTITY'].includes(String(claimType)) ? [] : ['claimType: Invalid value']),
    ...(valueTypes.includes(String(valueType)) ? [] : ['valueType: Invalid value']),
    ...(valueType === 'SYSTEM' || value ? [] : ['value: The field cannot be left blank']),
    ...(!isGroups || groupFilters.includes(String(filter)) ? [] : ['group_filter_type: Invalid value']),
  ];
  if (causes.length > 0) throw invalid((causes[0] as string).split(':')[0] as string, ...causes);
  return {
    status: 'ACTIVE',
    ...body,
    conditions: { scopes: [], ...(conditions as Json | undefined) },
    // An access token always has its claims.
    alwaysIncludeInToken: claimType === 'RESOURCE' || body.alwaysIncludeInToken === true,
    apiResourceId: null,
    ...(isGroups ? { group_filter_type: filter } : {}),
  };
}
