import type { JWK } from 'jose';
import * as oauth from 'oauth4webapi';
import { AuthenticationError } from '../errors/errors.ts';
import { fingerprint } from './bound-tokens.ts';
import type { ClientCredentials } from './connection.ts';
import { keptProvers, type Prover } from './dpop.ts';
import { learnedTime } from './okta-time.ts';
import { importPrivateKey, type PrivateKey } from './private-key.ts';
import { runGrant, type TokenEndpoint } from './token-endpoint.ts';
import type { Tokens } from './token-source.ts';

/** Okta allows an hour; five minutes tolerate clock drift and limit the use of a stolen assertion. */
const ASSERTION_LIFETIME_S = 300;

/** How the tokens of a service app are had and used. */
export interface ClientCredentialsGrant {
  /** Asks for new tokens, bound to the same key as the latest ones where these are bound. */
  obtain(latest?: Tokens): Promise<Tokens>;
  /** The prover with this key. */
  proverOf(dpopKey?: JWK): Promise<Prover>;
  /** Fingerprint of everything that decides what a token may do. @throws InputError for a key that cannot be used. */
  madeFor(): Promise<string>;
}

/**
 * Tokens of an API Services app: client credentials with private_key_jwt.
 * @see https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/main/
 */
export function clientCredentialsGrant(
  endpoint: TokenEndpoint,
  auth: ClientCredentials,
): ClientCredentialsGrant {
  const { orgUrl, clock } = endpoint;
  const time = learnedTime(clock);
  const proverOf = keptProvers(clock, time);
  let imported: Promise<PrivateKey> | undefined;
  const privateKey = () => {
    imported ??= importPrivateKey(auth.privateKey, auth.keyId, auth.algorithm);
    return imported;
  };
  return {
    proverOf,
    async madeFor() {
      const { kid, thumbprint } = await privateKey();
      const scopes = [...new Set(auth.scopes)].sort();
      return fingerprint(orgUrl, auth.clientId, kid, thumbprint, auth.dpop, scopes);
    },
    async obtain(latest) {
      const { key, kid, alg } = await privateKey();
      const client: oauth.Client = { client_id: auth.clientId };
      const prover = auth.dpop === false ? undefined : await proverOf(latest?.dpopKey);
      const clientAuth = oauth.PrivateKeyJwt(
        { key, kid },
        {
          [oauth.modifyAssertion](header, payload) {
            header.alg = alg;
            // Okta wants the exact endpoint as audience, and judges the times by its own clock.
            payload.aud = `${orgUrl}/oauth2/v1/token`;
            payload.exp = Math.floor(time.now() / 1000) + ASSERTION_LIFETIME_S;
            delete payload.iat;
            delete payload.nbf;
          },
        },
      );
      const tokens = await runGrant(endpoint, {
        client,
        idempotent: true,
        prover,
        time,
        request: (as, options) =>
          oauth.clientCredentialsGrantRequest(
            as,
            client,
            clientAuth,
            { scope: auth.scopes.join(' ') },
            options,
          ),
        read: (as, response) => oauth.processClientCredentialsResponse(as, client, response),
      });
      if (auth.dpop === true && tokens.tokenType !== 'DPoP') {
        throw new AuthenticationError(
          'The connection requires DPoP, but Okta returned a token that is not bound to the key',
          {
            hint: 'Set "dpop" to "auto" to accept what the org offers.',
          },
        );
      }
      return tokens.tokenType === 'DPoP' ? { ...tokens, dpopKey: await prover?.privateJwk() } : tokens;
    },
  };
}
