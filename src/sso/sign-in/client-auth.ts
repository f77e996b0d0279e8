import * as oauth from 'oauth4webapi';
import { importPrivateKey } from '../../auth/private-key.ts';
import { InputError } from '../../errors/errors.ts';

/** Which credential each method needs. */
const NEEDS = {
  client_secret_basic: 'clientSecret',
  client_secret_post: 'clientSecret',
  private_key_jwt: 'privateKey',
  none: undefined,
} as const;

type AuthMethod = keyof typeof NEEDS;

export const AUTH_METHODS = Object.keys(NEEDS) as [AuthMethod, ...AuthMethod[]];

export interface ClientCredential {
  authMethod: AuthMethod;
  clientSecret?: string;
  privateKey?: string;
  keyId?: string;
}

/**
 * How a client proves itself at the token endpoint: in one way, as servers refuse two.
 * @throws InputError for a credential that does not fit the method.
 */
export async function signInClientAuth(
  { authMethod, clientSecret, privateKey, keyId }: ClientCredential,
  { now, endpoint }: { now: () => number; endpoint: string },
): Promise<oauth.ClientAuth> {
  const needs = NEEDS[authMethod];
  const given = Object.entries({ clientSecret, privateKey }).flatMap(([name, value]) =>
    value ? [name] : [],
  );
  if (given.length > 1 || given[0] !== needs) {
    throw new InputError(
      `${authMethod} takes ${needs ?? 'no secret and no key'}, but ${given.join(' and ') || 'neither a secret nor a key'} is given`,
      { hint: `authMethod is one of ${AUTH_METHODS.join(', ')}: the one for which the app is registered.` },
    );
  }
  if (authMethod === 'none') return oauth.None();
  if (authMethod === 'client_secret_post') return oauth.ClientSecretPost(clientSecret as string);
  if (authMethod === 'client_secret_basic') return oauth.ClientSecretBasic(clientSecret as string);
  const { key, kid, alg } = await importPrivateKey(privateKey as string, keyId);
  return oauth.PrivateKeyJwt(
    { key, kid },
    {
      [oauth.modifyAssertion](header, payload) {
        header.alg = alg;
        // Okta wants the exact endpoint as audience.
        payload.aud = endpoint;
        payload.exp = Math.floor(now() / 1000) + 300;
        delete payload.iat;
        delete payload.nbf;
      },
    },
  );
}
