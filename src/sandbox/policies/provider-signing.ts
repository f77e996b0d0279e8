import { randomUUID } from 'node:crypto';
import { newCertificate } from '../apps/keys.ts';
import { notFound } from '../errors.ts';
import { type Answer, type Call, type Endpoint, ok } from '../http.ts';
import { isObject, type Json } from '../json.ts';
import { found, listPath, viewOf } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import { record } from '../system-log/record.ts';
import { identityProviderKind } from './identity-providers.ts';
import { keyOf, keyView } from './provider-keys.ts';

const path = '/api/v1/idps/:idpId/credentials/keys';

/** The keys with which the org signs its requests to an identity provider. */
export const signingKeyKind = defineKind({
  path,
  param: 'kid',
  prefix: 'kid',
  type: 'Key',
  scope: 'okta.idps',
  serves: ['list', 'read'],
  guard: firstKey,
  view: (call, object) => keyView(call, signingKeyKind, object),
});

/** The key in use, and making keys. */
export const signingKeyEndpoints: Endpoint[] = [
  { method: 'GET', path: `${path}/active`, scope: 'okta.idps.read', handle: active },
  { method: 'POST', path: `${path}/generate`, scope: 'okta.idps.manage', handle: generate },
  { method: 'POST', path: `${path}/:kid/clone`, scope: 'okta.idps.manage', handle: clone },
];

/** The certificate of a key. */
export function certificateOf(call: Call, kid: string): string {
  firstKey(call);
  const [encoded] = found(call, signingKeyKind, kid).body.x5c as string[];
  return encoded as string;
}

/** Id of the key that an identity provider uses. */
function activeKid({ body: { protocol } }: StoredObject): string | undefined {
  const { credentials } = isObject(protocol) ? protocol : {};
  const { signing } = isObject(credentials) ? credentials : {};
  return isObject(signing) ? String(signing.kid) : undefined;
}

/** Every SAML identity provider begins with the same key. */
function firstKey(call: Call): void {
  const provider = found(call, identityProviderKind);
  const kid = activeKid(provider);
  const { objects } = call.org;
  const list = listPath(call, signingKeyKind);
  if (kid === undefined || objects.get(list, kid)) return;
  const { created } = provider;
  objects.put({ id: kid, list, created, lastUpdated: created, body: keyOf(call.org.firstCertificate()) });
}

function active(call: Call): Answer {
  firstKey(call);
  const kid = activeKid(found(call, identityProviderKind));
  if (kid === undefined) throw notFound(call.params.idpId as string, 'Key');
  return ok(viewOf(call, signingKeyKind, found(call, signingKeyKind, kid)));
}

function generate(call: Call): Answer {
  firstKey(call);
  return addSigningKey(call, newCertificate(call));
}

/** Adds a key to an identity provider. @param certificate in base64 */
export function addSigningKey(call: Call, certificate: string): Answer {
  return added(call, listPath(call, signingKeyKind), keyOf(certificate));
}

function clone(call: Call): Answer {
  firstKey(call);
  const target = call.query.get('targetIdpId') ?? '';
  const { id } = found(call, identityProviderKind, target);
  const { body } = found(call, signingKeyKind);
  return added(call, listPath({ ...call, params: { ...call.params, idpId: id } }, signingKeyKind), body);
}

function added(call: Call, list: string, body: Json): Answer {
  const now = call.org.clock.seconds();
  const key = call.org.objects.put({ id: randomUUID(), list, created: now, lastUpdated: now, body });
  record(call, 'system.idp.key.create');
  return { status: 201, body: viewOf(call, signingKeyKind, key) };
}
