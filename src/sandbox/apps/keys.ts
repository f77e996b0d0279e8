import { createHash, X509Certificate } from 'node:crypto';
import { iso } from '../clock.ts';
import { invalid, notFound } from '../errors.ts';
import type { Answer, Call, Endpoint } from '../http.ts';
import type { Json } from '../json.ts';
import { defineKind } from '../kinds/kind.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import { appParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import type { App } from './app-store.ts';
import { appById } from './apps.ts';
import { selfSigned } from './certificate.ts';
import { signingKeyId } from './members.ts';

const path = '/api/v1/apps/:appId/credentials/keys';

/** The keys with which an app signs: the one that all apps begin with, and those generated for it. */
export const appKeyKind = defineKind({
  ...{ path, param: 'keyId', prefix: 'kid', type: 'JsonWebKey', scope: 'okta.apps' },
  serves: ['list', 'read'],
  guard: (call) => void firstKey(call, appById(call)),
  view: (_, key) => view(key),
});

export const appKeyEndpoints: Endpoint[] = [
  { method: 'POST', path: `${path}/generate`, scope: 'okta.apps.manage', handle: generate },
  { method: 'POST', path: `${path}/:keyId/clone`, scope: 'okta.apps.manage', handle: clone },
];

/** The certificate of a key of an app. @throws Refusal E0000007 */
export function certificateOf(call: Call, app: App, kid: string): string {
  firstKey(call, app);
  const key = call.org.objects.get(listOf(app.id), kid);
  if (!key) throw notFound(kid, 'JsonWebKey');
  return key.body.certificate as string;
}

/** Gives an app the key that all apps begin with. */
function firstKey({ org }: Call, { id, created }: App): void {
  const { objects } = org;
  const list = listOf(id);
  if (objects.get(list, signingKeyId)) return;
  const body = { certificate: org.firstCertificate() };
  objects.put({ id: signingKeyId, list, created, lastUpdated: created, body });
}

function generate(call: Call): Answer {
  const app = appById(call);
  const certificate = newCertificate(call);
  record(call, 'app.keys.generate', { target: [appParty(app)] });
  return addKey(call, app, certificate);
}

/** The certificate of a new key, valid for as many years as the call asks for. @throws Refusal E0000001 */
export function newCertificate({ query, org }: Call): string {
  const years = Number(query.get('validityYears'));
  if (!(years >= 2 && years <= 10)) throw invalid('validityYears', 'validityYears: must be from 2 to 10');
  return selfSigned(org.keys.make(), org.clock.seconds(), years);
}

/** Gives the key of an app to another app, with which it then shares it. */
function clone(call: Call): Answer {
  const certificate = certificateOf(call, appById(call), call.params.keyId as string);
  const target = appById({ ...call, params: { appId: call.query.get('targetAid') ?? '' } });
  record(call, 'app.keys.clone', { target: [appParty(target)] });
  return addKey(call, target, certificate, call.params.keyId);
}

/** Adds a key to an app. @param certificate in base64 */
export function addKey(call: Call, app: App, certificate: string, id = call.org.ids.next('kid')): Answer {
  const now = call.org.clock.seconds();
  const times = { created: now, lastUpdated: now };
  const key = call.org.objects.put({ id, list: listOf(app.id), ...times, body: { certificate } });
  return { status: 201, body: view(key) };
}

const listOf = (appId: string): string => `/api/v1/apps/${appId}/credentials/keys`;

function view({ id, created, lastUpdated, body }: StoredObject): Json {
  const x509 = new X509Certificate(Buffer.from(String(body.certificate), 'base64'));
  const { kty, e, n } = x509.publicKey.export({ format: 'jwk' });
  return {
    kty,
    created: iso(created),
    lastUpdated: iso(lastUpdated),
    expiresAt: iso(Date.parse(x509.validTo)),
    kid: id,
    use: 'sig',
    x5c: [body.certificate],
    'x5t#S256': createHash('sha256').update(x509.raw).digest('base64url'),
    e,
    n,
  };
}
