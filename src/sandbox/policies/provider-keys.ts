import { createHash, randomUUID, X509Certificate } from 'node:crypto';
import { iso } from '../clock.ts';
import { invalid } from '../errors.ts';
import { type Answer, type Call, type Endpoint, objectBody, ok } from '../http.ts';
import type { Json } from '../json.ts';
import { found, plainView, viewOf } from '../kinds/endpoints.ts';
import { defineKind, type Kind } from '../kinds/kind.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import { record } from '../system-log/record.ts';

const path = '/api/v1/idps/credentials/keys';

/** The certificates with which identity providers sign. Their id is a `kid`. */
export const providerKeyKind = defineKind({
  path,
  param: 'kid',
  prefix: 'key',
  type: 'Key',
  scope: 'okta.idps',
  serves: ['list', 'read', 'delete'],
  list: { limit: [20, 200] },
  view: (call, object) => keyView(call, providerKeyKind, object),
  events: { delete: 'system.idp.key.delete' },
});

/** Adding and replacing certificates. */
export const providerKeyEndpoints: Endpoint[] = [
  { method: 'POST', path, scope: 'okta.idps.manage', handle: addKey },
  { method: 'PUT', path: `${path}/:kid`, scope: 'okta.idps.manage', handle: replaceKey },
];

function addKey(call: Call): Answer {
  const id = randomUUID();
  const now = call.org.clock.seconds();
  record(call, 'system.idp.key.create');
  return saved(call, { id, list: path, created: now, lastUpdated: now, body: keyIn(call) });
}

function replaceKey(call: Call): Answer {
  const known = found(call, providerKeyKind);
  record(call, 'system.idp.key.update');
  return saved(call, { ...known, lastUpdated: call.org.clock.seconds(), body: keyIn(call) });
}

function saved(call: Call, object: StoredObject): Answer {
  return ok(viewOf(call, providerKeyKind, call.org.objects.put(object)));
}

/** A key as the API returns it. */
export function keyView(call: Call, kind: Kind, object: StoredObject): Json {
  const { id, _links, ...key } = plainView(call, kind, object);
  return { ...key, kid: id };
}

/** The key in the certificate of the body. @throws Refusal E0000001 */
function keyIn(call: Call): Json {
  const { x5c } = objectBody(call);
  const [encoded] = Array.isArray(x5c) ? x5c : [];
  if (typeof encoded !== 'string') throw invalid('x5c', 'x5c: The field cannot be left blank');
  return keyOf(encoded);
}

/** The members of a key, from its certificate. @throws Refusal E0000001 */
export function keyOf(encoded: string): Json {
  const { raw, validToDate, publicKey } = certificateIn(encoded);
  const { kty, e, n } = publicKey.export({ format: 'jwk' });
  return {
    ...{ kty, alg: kty, use: 'sig', x5c: [encoded], e, n },
    expiresAt: iso(validToDate.getTime()),
    'x5t#S256': createHash('sha256').update(raw).digest('base64url'),
  };
}

function certificateIn(encoded: string): X509Certificate {
  try {
    return new X509Certificate(Buffer.from(encoded, 'base64'));
  } catch {
    throw invalid('x5c', 'x5c: Invalid certificate');
  }
}
