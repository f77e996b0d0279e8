import { createHash, randomBytes, randomUUID } from 'node:crypto';
import {
  type CryptoKey,
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importPKCS8,
  type JWK,
  SignJWT,
} from 'jose';
import type { ServiceApp } from '../../src/sandbox/index.ts';
import { type Client, type Reply, reply } from './support.ts';

type Form = Record<string, string>;
const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

export async function postForm(client: Client, path: string, form: Form, headers: Form = {}): Promise<Reply> {
  const body = new URLSearchParams(form);
  return reply(await fetch(client.sandbox.orgUrl + path, { method: 'POST', body, headers }));
}

export interface AssertionChanges {
  claims?: Record<string, unknown>;
  header?: Record<string, unknown>;
  key?: CryptoKey;
}

/** A client assertion as it should be, or with something wrong in it. */
export async function assertion(
  client: Client,
  app: ServiceApp,
  changes: AssertionChanges = {},
): Promise<Form> {
  const now = Math.floor(Date.now() / 1000);
  const alg = app === client.sandbox.dpopServiceApp ? 'ES256' : 'RS256';
  const claims = {
    iss: app.clientId,
    sub: app.clientId,
    aud: `${client.sandbox.orgUrl}/oauth2/v1/token`,
    exp: now + 300,
    jti: randomUUID(),
    ...changes.claims,
  };
  const key = changes.key ?? (await importPKCS8(app.privateKey, alg));
  const client_assertion = await new SignJWT(claims)
    .setProtectedHeader({ alg, kid: app.keyId, ...changes.header })
    .sign(key);
  return { client_assertion_type: assertionType, client_assertion };
}

/** Asks for a service app's token. */
export async function serviceToken(
  client: Client,
  scope: string,
  headers: Form = {},
  app = client.sandbox.serviceApp,
) {
  const form = { grant_type: 'client_credentials', scope, ...(await assertion(client, app)) };
  return postForm(client, '/oauth2/v1/token', form, headers);
}

/** A key pair that makes DPoP proofs. */
export class Prover {
  readonly #privateKey: CryptoKey;
  readonly jwk: JWK;

  private constructor(privateKey: CryptoKey, jwk: JWK) {
    this.#privateKey = privateKey;
    this.jwk = jwk;
  }

  static async create(): Promise<Prover> {
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    return new Prover(privateKey, await exportJWK(publicKey));
  }

  thumbprint(): Promise<string> {
    return calculateJwkThumbprint(this.jwk);
  }

  proof(
    htm: string,
    htu: string,
    {
      claims = {},
      header = {},
      token,
    }: { claims?: Record<string, unknown>; header?: object; token?: string } = {},
  ): Promise<string> {
    const ath = token && createHash('sha256').update(token).digest('base64url');
    return new SignJWT({ htm, htu, iat: Math.floor(Date.now() / 1000), jti: randomUUID(), ath, ...claims })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: this.jwk, ...header })
      .sign(this.#privateKey);
  }

  /** Goes through the nonce dance for a service app's token. */
  async token(client: Client, scope: string, app = client.sandbox.dpopServiceApp): Promise<Reply> {
    const url = `${client.sandbox.orgUrl}/oauth2/v1/token`;
    const first = await serviceToken(client, scope, { dpop: await this.proof('POST', url) }, app);
    const nonce = first.headers.get('dpop-nonce');
    return serviceToken(client, scope, { dpop: await this.proof('POST', url, { claims: { nonce } }) }, app);
  }
}

export function pkce() {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

/** Opens the authorize endpoint; answers with what came back to the redirect URI, or with the page. */
export async function authorize(
  client: Client,
  parameters: Form,
): Promise<{ status: number; back?: URLSearchParams; text: string }> {
  const response = await fetch(
    `${client.sandbox.orgUrl}/oauth2/v1/authorize?${new URLSearchParams(parameters)}`,
    {
      redirect: 'manual',
    },
  );
  const location = response.headers.get('location');
  return {
    status: response.status,
    back: location ? new URL(location).searchParams : undefined,
    text: await response.text(),
  };
}
