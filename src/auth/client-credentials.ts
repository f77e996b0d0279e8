import * as oauth from 'oauth4webapi';
import { AuthenticationError } from '../errors/errors.ts';
import type { ClientCredentials } from './connection.ts';
import { createProver, type Prover } from './dpop.ts';
import { oktaTime } from './okta-time.ts';
import { importPrivateKey } from './private-key.ts';
import { runGrant, type TokenEndpoint } from './token-endpoint.ts';
import type { Tokens } from './token-source.ts';

/** Okta allows an hour; five minutes tolerate clock drift and limit the use of a stolen assertion. */
const ASSERTION_LIFETIME_S = 300;

/**
 * Tokens of an API Services app: client credentials with private_key_jwt.
 * @see https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/main/
 */
export function clientCredentialsGrant(
  endpoint: TokenEndpoint,
  auth: ClientCredentials,
): { obtain: () => Promise<Tokens>; prover: () => Promise<Prover> } {
  const time = oktaTime(endpoint.clock);
  let prover: Promise<Prover> | undefined;
  const proverOnce = () => {
    prover ??= createProver(endpoint.clock, undefined, time);
    return prover;
  };
  return {
    prover: proverOnce,
    async obtain() {
      const { key, kid, alg } = await importPrivateKey(auth.privateKey, auth.keyId, auth.algorithm);
      const client: oauth.Client = { client_id: auth.clientId };
      const prover = auth.dpop === false ? undefined : await proverOnce();
      const clientAuth = oauth.PrivateKeyJwt(
        { key, kid },
        {
          [oauth.modifyAssertion](header, payload) {
            header.alg = alg;
            // Okta requires the exact endpoint as audience, and checks the times against its own clock.
            payload.aud = `${endpoint.orgUrl}/oauth2/v1/token`;
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
      return tokens;
    },
  };
}
