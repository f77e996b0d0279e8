import { createHash, X509Certificate } from 'node:crypto';
import { iso } from '../clock.ts';
import { notFound } from '../errors.ts';
import { type Answer, type Call, type Endpoint, ok } from '../http.ts';
import type { Json } from '../json.ts';
import type { App } from './app-store.ts';
import { appById } from './apps.ts';
import { certificate } from './certificate.ts';
import { signingKeyId } from './members.ts';

const path = '/api/v1/apps/:appId/credentials/keys';
const scope = 'okta.apps.read';

/** The keys with which an app signs. All apps have the same one, and it is never renewed. */
export const appKeyEndpoints: Endpoint[] = [
  { method: 'GET', path, scope, handle: (call) => ok(keysOf(appById(call))) },
  { method: 'GET', path: `${path}/:keyId`, scope, handle: read },
];

function read(call: Call): Answer {
  const kid = call.params.keyId as string;
  const key = keysOf(appById(call)).find((one) => one.kid === kid);
  if (!key) throw notFound(kid, 'JsonWebKey');
  return ok(key);
}

export function keysOf({ credentials, created }: App): Json[] {
  const x509 = new X509Certificate(Buffer.from(certificate, 'base64'));
  const { kty, e, n } = x509.publicKey.export({ format: 'jwk' });
  return [
    {
      kty,
      created: iso(created),
      lastUpdated: iso(created),
      expiresAt: iso(Date.parse(x509.validTo)),
      kid: (credentials.signing as Json).kid ?? signingKeyId,
      use: 'sig',
      x5c: [certificate],
      'x5t#S256': createHash('sha256').update(x509.raw).digest('base64url'),
      e,
      n,
    },
  ];
}
