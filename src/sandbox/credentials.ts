import { exportJWK, exportPKCS8, generateKeyPair, type JWK } from 'jose';
import { selfSigned } from './apps/certificate.ts';
import { type CertifiedKey, newKeyPair } from './apps/key-pairs.ts';
import { randomSecret } from './random.ts';

export interface ServiceApp {
  clientId: string;
  /** PEM, PKCS#8. */
  privateKey: string;
  keyId: string;
  scopes: string[];
}

/** The credentials of one sandbox. A reset keeps them, so clients stay connected. */
export interface Credentials {
  apiToken: string;
  serviceApp: ServiceApp;
  dpopServiceApp: ServiceApp;
  webApp: { clientId: string; clientSecret: string; redirectUris: string[] };
  nativeApp: { clientId: string; redirectUris: string[] };
  publicKeys: { serviceApp: JWK; dpopServiceApp: JWK };
  /** What all apps sign with at first; made when it is needed. @param now begin of its validity */
  firstSigning(now: number): CertifiedKey;
}

/** Kinds of objects whose scopes are granted to every app of the sandbox, to read and to manage. */
const kinds = [
  ...['accessRequests.request', 'apiTokens', 'appGrants', 'apps', 'authenticators', 'authorizationServers'],
  ...[
    'brands',
    'devices',
    'domains',
    'eventHooks',
    'governance.accessCertifications',
    'governance.accessRequests',
    'groups',
    'identitySources',
  ],
  ...['idps', 'inlineHooks', 'linkedObjects', 'networkZones', 'orgs', 'policies', 'profileMappings'],
  ...[
    'realms',
    'roles',
    'schemas',
    'securityEventsProviders',
    'templates',
    'trustedOrigins',
    'uischemas',
    'userRisk',
    'userTypes',
    'users',
  ],
];

/** The okta.* scopes granted to every app of the sandbox: what the connector's operations need. */
export const grantedOktaScopes = [
  ...kinds.flatMap((kind) => [`okta.${kind}.read`, `okta.${kind}.manage`]),
  'okta.accessRequests.catalog.read',
  'okta.logs.read',
  'okta.universalLogout.manage',
  'ssf.read',
  'ssf.manage',
];

/** The first is the one that `login` listens on by default. */
const redirectUris = [
  'http://127.0.0.1:8484/callback',
  'http://127.0.0.1/callback',
  'http://localhost/callback',
  'http://127.0.0.1/okta-connector/callback',
  'http://localhost:3000/callback',
  // The callback of n8n on this machine.
  'http://127.0.0.1/rest/oauth2-credential/callback',
  'https://app.example/callback',
];

/** New secrets and keys: RSA, as Okta's console generates, and an elliptic curve key for the DPoP app. */
export async function makeCredentials(given?: CertifiedKey): Promise<Credentials> {
  let signing = given;
  const [service, dpop] = await Promise.all([
    appKey('0oaSandboxSvc1Sb5d70', 'RS256'),
    appKey('0oaSandboxDpo1Sb5d70', 'ES256'),
  ]);
  return {
    apiToken: `00${randomSecret(30)}`,
    serviceApp: service.app,
    dpopServiceApp: dpop.app,
    webApp: { clientId: '0oaSandboxWeb1Sb5d70', clientSecret: randomSecret(48), redirectUris },
    nativeApp: { clientId: '0oaSandboxNat1Sb5d70', redirectUris },
    publicKeys: { serviceApp: service.publicKey, dpopServiceApp: dpop.publicKey },
    firstSigning(now) {
      signing ??= newSigning(now);
      return signing;
    },
  };
}

function newSigning(now: number): CertifiedKey {
  const pair = newKeyPair();
  return { certificate: selfSigned(pair, now, 10), privateKey: pair.privateKey };
}

interface AppKey {
  app: ServiceApp;
  publicKey: JWK;
}

const appKeys = new Map<string, Promise<AppKey>>();

/** The key of a service app, generated once and shared by all orgs of a process: an RSA key takes longer than a new org. */
function appKey(clientId: string, alg: string): Promise<AppKey> {
  const key = appKeys.get(clientId) ?? makeKey(clientId, alg);
  appKeys.set(clientId, key);
  return key;
}

async function makeKey(clientId: string, alg: string): Promise<AppKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const keyId = randomSecret(32);
  const app = { clientId, privateKey: await exportPKCS8(privateKey), keyId, scopes: grantedOktaScopes };
  return { app, publicKey: { ...(await exportJWK(publicKey)), kid: keyId, alg, use: 'sig' } };
}
