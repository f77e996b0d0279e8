import { createHash } from 'node:crypto';
import { iso } from '../clock.ts';
import { invalid, notFound } from '../errors.ts';
import {
  type Answer,
  type Call,
  type Endpoint,
  noContent,
  objectBody,
  ok,
  page,
  pageSizeOf,
} from '../http.ts';
import type { Json } from '../json.ts';
import { viewOf } from '../kinds/endpoints.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import { record } from '../system-log/record.ts';
import { authorizationServerKind, serverOf, signingKid } from './authorization-servers.ts';

const base = '/api/v1/authorizationServers/:authServerId';
const read = 'okta.authorizationServers.read';
const manage = 'okta.authorizationServers.manage';

/** Signing keys, clients and associated servers of an authorization server. */
export const serverEndpoints: Endpoint[] = [
  { method: 'GET', path: `${base}/credentials/keys`, scope: read, handle: (call) => ok(keysOf(call)) },
  { method: 'GET', path: `${base}/credentials/keys/:keyId`, scope: read, handle: readKey },
  { method: 'POST', path: `${base}/credentials/lifecycle/keyRotate`, scope: manage, handle: rotate },
  { method: 'GET', path: `${base}/clients`, scope: read, handle: listNothing },
  { method: 'GET', path: `${base}/clients/:clientId/tokens`, scope: read, handle: listNothing },
  { method: 'DELETE', path: `${base}/clients/:clientId/tokens`, scope: manage, handle: revokeAll },
  { method: 'GET', path: `${base}/clients/:clientId/tokens/:tokenId`, scope: read, handle: noToken },
  { method: 'DELETE', path: `${base}/clients/:clientId/tokens/:tokenId`, scope: manage, handle: noToken },
  { method: 'GET', path: `${base}/associatedServers`, scope: read, handle: listAssociated },
  { method: 'POST', path: `${base}/associatedServers`, scope: manage, handle: associate },
  {
    method: 'DELETE',
    path: `${base}/associatedServers/:associatedServerId`,
    scope: manage,
    handle: dissociate,
  },
];

/** The keys of a server follow from the number of its rotations. */
function keysOf(call: Call): Json[] {
  const server = serverOf(call);
  return [
    key(call, server, signingKid(server), 'ACTIVE'),
    key(call, server, signingKid(server, 1), 'NEXT'),
    ...(server.body.rotations ? [key(call, server, signingKid(server, -1), 'EXPIRED')] : []),
  ];
}

function key({ origin }: Call, { id, list, body }: StoredObject, kid: string, status: string): Json {
  const name = body.default === true ? 'default' : id;
  const href = `${origin}${list}/${name}/credentials/keys/${kid}`;
  return {
    ...{ kty: 'RSA', status, alg: 'RS256', kid, use: 'sig' },
    _links: { self: { href, hints: { allow: ['GET'] } } },
    e: 'AQAB',
    n: modulus(kid),
  };
}

/** An invented one, the same at each start; the endpoint for keys of the server has the real one of the same id. */
function modulus(kid: string): string {
  const parts = [0, 1, 2, 3].map((n) => createHash('sha512').update(`${kid} ${n}`).digest());
  return Buffer.concat(parts).toString('base64url');
}

function readKey(call: Call): Answer {
  const keyId = call.params.keyId as string;
  const one = keysOf(call).find(({ kid }) => kid === keyId);
  if (!one) throw notFound(keyId, 'Key');
  return ok(one);
}

function rotate(call: Call): Answer {
  const server = serverOf(call);
  if (objectBody(call).use !== 'sig') throw invalid('use', 'use: The value must be sig');
  const { credentials, rotations = 0 } = server.body;
  const signing = {
    ...(credentials as { signing: Json }).signing,
    lastRotated: iso(call.org.clock.seconds()),
  };
  const rotated = { credentials: { signing }, rotations: Number(rotations) + 1 };
  call.org.objects.put({ ...server, body: { ...server.body, ...rotated } });
  record(call, 'app.oauth2.as.key.rollover');
  return ok(keysOf(call));
}

/** The sandbox tells of no refresh tokens of custom authorization servers here. */
function listNothing(call: Call): Answer {
  serverOf(call);
  return page(call, [], pageSizeOf(call, 200, 200), { render: (one) => one, cursor: () => '' });
}

function revokeAll(call: Call): Answer {
  serverOf(call);
  return noContent;
}

function noToken(call: Call): never {
  serverOf(call);
  throw notFound(call.params.tokenId as string, 'OAuth2RefreshToken');
}

/** The servers that a server trusts. */
const trustedBy = ({ body }: StoredObject) => (body.trusted ?? []) as string[];

function listAssociated(call: Call): Answer {
  const { org, query } = call;
  const server = serverOf(call);
  const others = [...org.objects.of(server.list)].filter(({ id }) => id !== server.id);
  const isTrusted = ({ id }: StoredObject) => trustedBy(server).includes(id);
  const wanted = query.get('trusted') !== 'false';
  const text = (query.get('q') ?? '').toLowerCase();
  const found = others.filter(
    (one) => isTrusted(one) === wanted && String(one.body.name).toLowerCase().includes(text),
  );
  return page(call, found, pageSizeOf(call, 200, 200), {
    render: (one) => viewOf(call, authorizationServerKind, one),
    cursor: (last) => last.id,
  });
}

function associate(call: Call): Answer {
  const server = serverOf(call);
  const { trusted } = objectBody(call);
  if (!Array.isArray(trusted) || trusted.length === 0)
    throw invalid('trusted', 'trusted: The field cannot be left blank');
  const added = trusted.map((id) => {
    const other = call.org.objects.get(server.list, String(id));
    if (!other) throw notFound(String(id), 'AuthorizationServer');
    return other;
  });
  trust(call, server, [...new Set([...trustedBy(server), ...added.map(({ id }) => id)])]);
  record(call, 'app.oauth2.trusted_server.add');
  return ok(added.map((one) => viewOf(call, authorizationServerKind, one)));
}

function dissociate(call: Call): Answer {
  const server = serverOf(call);
  const id = call.params.associatedServerId as string;
  if (!trustedBy(server).includes(id)) throw notFound(id, 'AuthorizationServer');
  trust(
    call,
    server,
    trustedBy(server).filter((one) => one !== id),
  );
  record(call, 'app.oauth2.trusted_server.delete');
  return noContent;
}

function trust({ org }: Call, server: StoredObject, trusted: string[]): void {
  org.objects.put({ ...server, body: { ...server.body, trusted } });
}
