import { createHash } from 'node:crypto';
import type { ActionContext } from '../../define.ts';
import { InputError } from '../../errors/errors.ts';
import { isProtected } from '../metadata/service-provider.ts';
import { assertRedirectUris } from '../set-up/oidc-app.ts';
import { accessTo, issuerAt } from './issuer.ts';
import { SIGN_IN_MINUTES, signInText } from './pending.ts';
import { refusal } from './refusals.ts';

interface Beginning {
  issuer?: string;
  clientId: string;
  redirectUri: string;
  scopes: readonly string[];
  prompt?: string;
  loginHint?: string;
  maxAgeSeconds?: number;
  pkce: boolean;
  nonce?: string;
}

/**
 * Where to send a person to sign in, and what to keep until they come back.
 * @throws InputError for input that cannot work; OktaError for an issuer that cannot be read.
 */
export async function beginSignIn(context: ActionContext, given: Beginning) {
  const { clientId, redirectUri, maxAgeSeconds } = given;
  assertRedirectUris('redirectUri', [redirectUri]);
  const as = await issuerAt(context, given.issuer ?? context.orgUrl, accessTo(context));
  const { issuer, authorization_endpoint: endpoint = '' } = as;
  // A link to a script, or to a page that others can change, must not come out of the metadata of a stranger.
  if (!isProtected(endpoint)) {
    throw refusal(
      `${issuer} names no place to sign in, or one without https`,
      'Check authorization_endpoint in the metadata of the issuer.',
    );
  }
  const { scopes, warnings } = offered(given.scopes, as.scopes_supported, issuer);
  const random = () => Buffer.from(context.random(32)).toString('base64url');
  const state = random();
  const nonce = given.nonce ?? random();
  const codeVerifier = given.pkce ? random() : undefined;
  const now = context.clock.now();
  const startedAt = new Date(now).toISOString();
  const expiresAt = new Date(now + SIGN_IN_MINUTES * 60_000).toISOString();
  const url = new URL(endpoint);
  const parameters = {
    ...{ client_id: clientId, response_type: 'code', redirect_uri: redirectUri, scope: scopes.join(' ') },
    ...{ state, nonce, prompt: given.prompt, login_hint: given.loginHint },
    max_age: maxAgeSeconds?.toString(),
    ...(codeVerifier === undefined ? {} : challengeOf(codeVerifier)),
  };
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  const pending = {
    ...{ issuer, clientId, redirectUri, state, nonce, startedAt, expiresAt },
    ...(codeVerifier === undefined ? {} : { codeVerifier }),
    ...(maxAgeSeconds === undefined ? {} : { maxAgeSeconds }),
  };
  const signIn = signInText(pending);
  return { url: url.href, issuer, state, nonce, signIn, expiresAt, scopes: [...scopes], warnings };
}

const challengeOf = (verifier: string) => ({
  code_challenge: createHash('sha256').update(verifier).digest('base64url'),
  code_challenge_method: 'S256',
});

/** The scopes that the server has: one that it does not know would end the sign-in. */
function offered(wanted: readonly string[], known: readonly string[] | undefined, issuer: string) {
  const scopes = [...new Set(['openid', ...wanted])];
  if (wanted.some((scope) => /[^\x21\x23-\x5b\x5d-\x7e]/.test(scope))) {
    throw new InputError('A scope has characters that no scope has', { hint: 'Give each scope by itself.' });
  }
  const missing = scopes.filter((scope) => known?.includes(scope) === false);
  return {
    scopes: scopes.filter((scope) => !missing.includes(scope) || scope === 'openid'),
    warnings: missing.map((scope) => `${issuer} does not offer the scope ${scope}: it was left out.`),
  };
}
