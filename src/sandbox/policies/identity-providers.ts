import { invalid } from '../errors.ts';
import { type Answer, type Call, cursorOf, type Endpoint, linkTo, page, pageSizeOf } from '../http.ts';
import type { Json } from '../json.ts';
import { plainView, viewOf } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import { completed } from './defaults.ts';
import { providerTypes } from './provider-types.ts';

const path = '/api/v1/idps';

/** Identity providers, at which users of an org can sign in. */
export const identityProviderKind = defineKind({
  path,
  param: 'idpId',
  prefix: '0oa',
  type: 'IdpAppInstance',
  scope: 'okta.idps',
  serves: ['read', 'create', 'replace', 'delete'],
  make: (call, body) => ({ ...complete(call, body), status: 'ACTIVE' }),
  change: (call, body, { body: { type, status } }) => ({ ...complete(call, { ...body, type }), status }),
  view,
  lifecycle: {
    activate: { status: 'ACTIVE', answers: 'object', event: 'system.idp.lifecycle.activate' },
    deactivate: { status: 'INACTIVE', answers: 'object', event: 'system.idp.lifecycle.deactivate' },
  },
  events: {
    create: 'system.idp.lifecycle.create',
    update: 'system.idp.lifecycle.update',
    delete: 'system.idp.lifecycle.delete',
  },
});

/** The list of identity providers. */
export const identityProviderEndpoints: Endpoint[] = [
  { method: 'GET', path, scope: 'okta.idps.read', handle: list },
];

function list(call: Call): Answer {
  const { org, query } = call;
  const after = cursorOf(call, '0oa', (id) => org.objects.get(path, id) !== undefined);
  const text = (query.get('q') ?? '').toLowerCase();
  const type = query.get('type');
  const found = [...org.objects.of(path)].filter(
    ({ id, body }) =>
      (after === undefined || id > after) &&
      (type === null || body.type === type) &&
      String(body.name).toLowerCase().includes(text),
  );
  const answer = page(call, found, pageSizeOf(call, 20, 200), {
    render: (one) => viewOf(call, identityProviderKind, one),
    cursor: (last) => last.id,
  });
  const limit = String(pageSizeOf(call, 20, 200));
  // Okta's link to the page itself lacks what was searched for.
  return { ...answer, links: { ...answer.links, self: linkTo(call, { limit, q: null, type: null }) } };
}

function complete(call: Call, { issuerMode, ...body }: Json): Json {
  const { name, type, protocol, policy } = body;
  const kind = providerTypes[String(type)];
  if (!kind) throw invalid('type', `type: ${type} is not a type of identity provider`);
  if (typeof name !== 'string' || name === '') throw invalid('name', 'name: The field cannot be left blank');
  return {
    ...(kind.signsIn === 'SAML2' ? {} : { issuerMode: issuerMode ?? 'ORG_URL' }),
    ...body,
    protocol: completed(kind.protocol(call), protocol),
    policy: completed(kind.policy, policy),
  };
}

function view(call: Call, object: StoredObject): Json {
  const { _links, ...provider } = plainView(call, identityProviderKind, object);
  const isSaml = object.body.type === 'SAML2';
  return {
    ...provider,
    // Okta's answer to a replacement does not tell it.
    ...(call.method === 'PUT' ? { created: null } : {}),
    _links: isSaml ? samlLinks(call, object) : oauthLinks(call, object),
  };
}

function samlLinks({ origin }: Call, { id, body }: StoredObject): Json {
  const self = `${origin}${path}/${id}`;
  const lifecycle = body.status === 'ACTIVE' ? 'deactivate' : 'activate';
  const xml = { type: 'application/xml' };
  return {
    metadata: { href: `${self}/metadata.xml`, ...xml, hints: { allow: ['GET'] } },
    acs: { href: `${origin}/sso/saml2/${id}`, ...xml, hints: { allow: ['POST'] } },
    users: { href: `${self}/users`, hints: { allow: ['GET'] } },
    [lifecycle]: { href: `${self}/lifecycle/${lifecycle}`, hints: { allow: ['POST'] } },
  };
}

function oauthLinks({ origin }: Call, { id }: StoredObject): Json {
  const given = 'client_id={clientId}&response_type={responseType}&response_mode={responseMode}';
  const rest = 'scope={scopes}&redirect_uri={redirectUri}&state={state}&nonce={nonce}';
  const href = `${origin}/oauth2/v1/authorize?idp=${id}&${given}&${rest}`;
  return {
    authorize: { href, templated: true, hints: { allow: ['GET'] } },
    clientRedirectUri: { href: `${origin}/oauth2/v1/authorize/callback`, hints: { allow: ['POST'] } },
  };
}
