import { createHash } from 'node:crypto';
import { iso } from '../clock.ts';
import { invalid, notFound, oktaError } from '../errors.ts';
import type { Call } from '../http.ts';
import type { Json } from '../json.ts';
import { plainView } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import { completed } from './defaults.ts';
import { addSystemClaims, addSystemScopes } from './server-members.ts';

const path = '/api/v1/authorizationServers';
const rotationMs = 90 * 24 * 3600 * 1000;

/** Custom authorization servers. */
export const authorizationServerKind = defineKind({
  path,
  param: 'authServerId',
  prefix: 'aus',
  type: 'AuthorizationServer',
  scope: 'okta.authorizationServers',
  created: 201,
  list: { limit: [200, 200], select: matching },
  guard(call) {
    if (call.params.authServerId !== undefined) serverOf(call);
  },
  make: (call, body) => ({
    issuerMode: 'ORG_URL',
    ...complete(call, body),
    status: 'ACTIVE',
    default: false,
  }),
  change(call, body, { body: { status, default: isDefault, trusted, rotations, credentials } }) {
    const kept = completed(credentials as Json, body.credentials);
    return {
      ...complete(call, { ...body, credentials: kept }),
      status,
      default: isDefault,
      trusted,
      rotations,
    };
  },
  view,
  made(call, { id, list, created }) {
    const owner = { list: `${list}/${id}`, created };
    addSystemClaims(call.org, owner, call.org.ids);
    addSystemScopes(call.org, owner, call.org.ids);
  },
  mayDelete(_, { body }) {
    if (body.default === true) throw oktaError('E0000006');
  },
  lifecycle: {
    activate: { status: 'ACTIVE', answers: 'nothing', event: 'oauth2.as.activated' },
    deactivate: { status: 'INACTIVE', answers: 'nothing', event: 'oauth2.as.deactivated' },
  },
  events: { create: 'oauth2.as.created', update: 'oauth2.as.updated', delete: 'oauth2.as.deleted' },
});

/**
 * The server that a call addresses, or whose parts it addresses. `default` is another name of the default server: the call is
 * changed to its id.
 * @throws Refusal E0000007
 */
export function serverOf({ org, params }: Call): StoredObject {
  const id = params.authServerId as string;
  const server =
    id === 'default'
      ? [...org.objects.of(path)].find(({ body }) => body.default === true)
      : org.objects.get(path, id);
  if (!server) throw notFound(id, 'AuthorizationServer');
  params.authServerId = server.id;
  return server;
}

/** The id of a signing key: by default the present one, or one of later or earlier rotations. */
export function signingKid({ id, body }: StoredObject, later = 0): string {
  return createHash('sha256')
    .update(`${id} ${Number(body.rotations ?? 0) + later}`)
    .digest('base64url');
}

function matching({ query }: Call) {
  const text = (query.get('q') ?? '').toLowerCase();
  return ({ body: { name, audiences } }: StoredObject) =>
    [name, ...(audiences as string[])].some((one) => String(one).toLowerCase().includes(text));
}

function complete({ org }: Call, body: Json): Json {
  const { name, audiences, credentials } = body;
  if (typeof name !== 'string' || name === '') throw invalid('name', 'name: The field cannot be left blank');
  if (!Array.isArray(audiences) || audiences.length !== 1)
    throw invalid('audiences', 'audiences: Exactly one audience is expected');
  const lastRotated = iso(org.clock.seconds());
  return {
    description: null,
    ...body,
    credentials: completed({ signing: { rotationMode: 'AUTO', lastRotated } }, credentials),
  };
}

function view(call: Call, object: StoredObject): Json {
  const { _links, credentials, trusted, rotations, ...server } = plainView(
    call,
    authorizationServerKind,
    object,
  );
  const isDefault = object.body.default === true;
  const name = isDefault ? 'default' : object.id;
  const issuer = `${call.origin}/oauth2/${name}`;
  const self = `${call.origin}${path}/${name}`;
  const { signing } = credentials as { signing: Json };
  const link = (href: string, ...allow: string[]) => ({ href, hints: { allow } });
  const metadata = ['oauth-authorization-server', 'openid-configuration'];
  const lifecycle = object.body.status === 'ACTIVE' ? 'deactivate' : 'activate';
  return {
    ...server,
    issuer,
    credentials: { signing: { ...signing, kid: signingKid(object), ...nextRotation(signing) } },
    _links: {
      rotateKey: link(`${self}/credentials/lifecycle/keyRotate`, 'POST'),
      metadata: metadata.map((one) => ({ name: one, ...link(`${issuer}/.well-known/${one}`, 'GET') })),
      keys: link(`${self}/credentials/keys`, 'GET'),
      claims: link(`${self}/claims`, 'GET', 'POST'),
      policies: link(`${self}/policies`, 'GET', 'POST'),
      self: link(self, 'GET', 'DELETE', 'PUT'),
      scopes: link(`${self}/scopes`, 'GET', 'POST'),
      [lifecycle]: link(`${self}/lifecycle/${lifecycle}`, 'POST'),
    },
  };
}

function nextRotation({ rotationMode, lastRotated }: Json): Json {
  if (rotationMode !== 'AUTO') return {};
  return { nextRotation: iso(Date.parse(String(lastRotated)) + rotationMs) };
}
