import { createHash, X509Certificate } from 'node:crypto';
import { iso } from '../clock.ts';
import { invalid, notFound } from '../errors.ts';
import { type Answer, type Call, type Endpoint, ok } from '../http.ts';
import type { Json } from '../json.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import { appParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import type { App } from './app-store.ts';
import { appById } from './apps.ts';
import { selfSigned } from './certificate.ts';
import { signingKeyId } from './members.ts';

const path = '/api/v1/apps/:appId/credentials/keys';
const read = 'okta.apps.read';

/** The keys with which an app signs: the one that all apps begin with, and those generated for it. */
export const appKeyEndpoints: Endpoint[] = [
  { method: 'GET', path, scope: read, handle: (call) => ok(keysOf(call, appById(call))) },
  { method: 'GET', path: `${path}/:keyId`, scope: read, handle: (call) => ok(keyOf(call, appById(call))) },
  { method: 'POST', path: `${path}/generate`, scope: 'okta.apps.manage', handle: generate },
];

const firstYears = 10;

function keysOf({ org }: Call, { id }: App): Json[] {
  const shared = org.objects.get('keys', signingKeyId) ?? newKey(org, 'keys', signingKeyId, firstYears);
  return [shared, ...org.objects.of(listOf(id))].map(view);
}

/** The key with an id, the one that the app signs with by default. @throws Refusal E0000007 */
export function keyOf(call: Call, app: App): Json {
  const { kid: own = signingKeyId } = app.credentials.signing as Json;
  const kid = call.params.keyId ?? call.query.get('kid') ?? String(own);
  const key = keysOf(call, app).find((one) => one.kid === kid);
  if (!key) throw notFound(kid, 'JsonWebKey');
  return key;
}

function generate(call: Call): Answer {
  const app = appById(call);
  const years = Number(call.query.get('validityYears'));
  if (!(years >= 2 && years <= 10)) throw invalid('validityYears', 'validityYears: must be from 2 to 10');
  const key = newKey(call.org, listOf(app.id), call.org.ids.next('kid'), years);
  record(call, 'app.keys.generate', { target: [appParty(app)] });
  return { status: 201, body: view(key) };
}

const listOf = (appId: string): string => `/api/v1/apps/${appId}/credentials/keys`;

function newKey({ clock, objects }: Call['org'], list: string, id: string, years: number): StoredObject {
  const now = clock.seconds();
  const until = new Date(now);
  until.setUTCFullYear(until.getUTCFullYear() + years);
  const certificate = selfSigned(
    { C: 'US', O: 'Okta', OU: 'SSOProvider', CN: 'sandbox' },
    now,
    until.getTime(),
  );
  const body = { certificate: certificate.toString('base64') };
  return objects.put({ id, list, created: now, lastUpdated: now, body });
}

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
