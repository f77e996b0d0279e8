import { type Answer, type Call, type Endpoint, objectBody, ok } from '../http.ts';
import type { Json } from '../json.ts';
import { found, listPath, viewOf } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';
import { userOfCall } from '../users/find.ts';
import { identityProviderKind } from './identity-providers.ts';

const path = '/api/v1/idps/:idpId/users';

/** The users who are linked to an account at an identity provider. */
export const providerUserKind = defineKind({
  path,
  param: 'userId',
  prefix: '00u',
  type: 'IdpAppUser',
  scope: 'okta.idps',
  serves: ['list', 'read', 'delete'],
  list: { limit: [20, 200] },
  guard: (call) => void found(call, identityProviderKind),
  links: ({ origin, params }, { id }, self) => ({
    self: { href: self, hints: { allow: ['GET', 'DELETE'] } },
    idp: { href: `${origin}/api/v1/idps/${params.idpId}` },
    user: { href: `${origin}/api/v1/users/${id}` },
  }),
});

/** Linking a user, and the tokens that a social provider gave out for one. */
export const providerUserEndpoints: Endpoint[] = [
  { method: 'GET', path: '/api/v1/users/:userId/idps', scope: 'okta.users.read', handle: listProviders },
  { method: 'POST', path: `${path}/:userId`, scope: 'okta.users.manage', handle: link },
  {
    method: 'GET',
    path: `${path}/:userId/credentials/tokens`,
    scope: 'okta.idps.read',
    handle: listTokens,
  },
];

/** The identity providers at which a user has an account. */
function listProviders(call: Call): Answer {
  const { id } = userOfCall(call, call.params.userId);
  const links = [...call.org.objects.all(path)].filter((link) => link.id === id);
  const providers = links.map(({ list }) => found(call, identityProviderKind, list.split('/')[4]));
  return ok(providers.map((one) => viewOf(call, identityProviderKind, one)));
}

function link(call: Call): Answer {
  const { org } = call;
  found(call, identityProviderKind);
  const user = userOfCall(call, call.params.userId);
  const { externalId } = objectBody(call);
  const now = org.clock.seconds();
  const object = org.objects.put({
    id: user.id,
    list: listPath(call, providerUserKind),
    created: now,
    lastUpdated: now,
    body: { externalId, profile: profileOf(user.profile) },
  });
  return ok(viewOf(call, providerUserKind, object));
}

function profileOf({ firstName, lastName, email, login }: Json): Json {
  return { email, firstName, lastName, displayName: `${firstName} ${lastName}`, subjectNameId: login };
}

/** No provider gives the sandbox tokens. */
function listTokens(call: Call): Answer {
  found(call, identityProviderKind);
  found(call, providerUserKind);
  return ok([]);
}
