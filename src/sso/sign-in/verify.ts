import { createHash } from 'node:crypto';
import * as oauth from 'oauth4webapi';
import type { ActionContext } from '../../define.ts';
import type { Mapping } from '../../sync/mapping/mapping.ts';
import { callbackParameters } from './callback.ts';
import { type ClientCredential, signInClientAuth } from './client-auth.ts';
import type { SignInIdentity } from './decision.ts';
import { accessTo, type IssuerAccess, issuerAt } from './issuer.ts';
import { type PendingSignIn, pendingSignIn } from './pending.ts';
import { profileOf } from './profile.ts';
import { inOwnWords, outOfTime, refusal } from './refusals.ts';

interface Return extends ClientCredential {
  signIn: string;
  callbackUrl: string;
  /** How far the clocks may be apart, for every check. */
  allowedSkewSeconds: number;
  /** What the application wants to know of a person. */
  mapping: Mapping | undefined;
}

/** Who signed in, and what the issuer gave. */
interface VerifiedSignIn {
  identity: SignInIdentity;
  idTokenClaims: Record<string, unknown>;
  tokens: { accessToken: string; idToken: string; refreshToken?: string };
}

/** What is being checked, and with what. */
interface Check {
  context: ActionContext;
  as: oauth.AuthorizationServer;
  client: oauth.Client;
  access: IssuerAccess;
}

/**
 * Ends a sign-in by OpenID Connect: checks what the person brought back, exchanges the code, and checks the ID token. The library
 * does each check of the standard; its own are what it leaves out: a token of the future, and `at_hash`.
 * @throws InputError for input that cannot work, before the code is spent; OktaError `sign_in_refused` with cause and fix.
 */
export async function verifySignIn(context: ActionContext, given: Return): Promise<VerifiedSignIn> {
  const { now } = context.clock;
  const pending = pendingSignIn(given.signIn);
  const parameters = callbackParameters(given.callbackUrl);
  if (Date.parse(pending.expiresAt) <= now()) {
    throw refusal(`The sign-in that was begun at ${pending.startedAt} has expired`, 'Begin it again.');
  }
  const access = accessTo(context);
  const as = await issuerAt(context, pending.issuer, access);
  const endpoint = as.token_endpoint ?? '';
  const clientAuth = await signInClientAuth(given, { now, endpoint });
  const client: oauth.Client = {
    ...{ client_id: pending.clientId, id_token_signed_response_alg: 'RS256' },
    [oauth.clockSkew]: Math.round((now() - Date.now()) / 1000),
    [oauth.clockTolerance]: given.allowedSkewSeconds,
  };
  const check = { context, as, client, access };
  const clock = () => inWords(access.aheadMs);
  const secrets = [given.clientSecret, parameters.get('code') ?? undefined, pending.codeVerifier];
  return inOwnWords({ signal: context.signal, clock, secrets }, async () => {
    const answered = checkedAnswer(check, parameters, pending);
    useOnce(context, given.signIn, pending);
    const tokens = await exchanged(check, { answered, clientAuth, pending });
    const idTokenClaims = oauth.getValidatedIdTokenClaims(tokens) as oauth.IDToken;
    const ahead = idTokenClaims.iat - Math.floor(now() / 1000);
    if (ahead > given.allowedSkewSeconds) {
      throw outOfTime('iat', clock(), [`it was issued ${ahead} s in the future`]);
    }
    checkHash(idTokenClaims, tokens.access_token);
    const more = await furtherClaims(check, { tokens, idTokenClaims, mapping: given.mapping });
    return {
      identity: identityOf(as.issuer, idTokenClaims, more),
      idTokenClaims,
      tokens: {
        ...{ accessToken: tokens.access_token, idToken: tokens.id_token as string },
        ...(tokens.refresh_token === undefined ? {} : { refreshToken: tokens.refresh_token }),
      },
    };
  });
}

/** The answer with the code, checked for state and issuer; an error that the issuer sent is thrown. */
function checkedAnswer({ as, client }: Check, parameters: URLSearchParams, { state }: PendingSignIn) {
  if (parameters.get('state') !== state) {
    throw refusal(
      'The person came back from another sign-in: state differs',
      'Give the signIn that was kept for this browser. With several tabs, keep one for each state. If it happens again, somebody may be sending people links to sign-ins of their own.',
    );
  }
  const answered = oauth.validateAuthResponse(as, client, parameters, state);
  if (answered.has('code')) return answered;
  throw refusal('The issuer sent the person back without a code', 'Begin the sign-in again.');
}

/** In this process; the issuer takes each code once only, too. */
function useOnce({ memory, clock }: ActionContext, signIn: string, { expiresAt }: PendingSignIn): void {
  const key = (text: string) => `sign-in ${createHash('sha256').update(text).digest('base64url')}`;
  for (const [name, until] of memory) {
    if (name.startsWith('sign-in ') && (until as number) <= clock.now()) memory.delete(name);
  }
  if (memory.has(key(signIn))) {
    throw refusal('The sign-in has been completed already', 'Begin it again; a signIn works once.');
  }
  memory.set(key(signIn), Date.parse(expiresAt));
}

interface Exchange {
  answered: URLSearchParams;
  clientAuth: oauth.ClientAuth;
  pending: PendingSignIn;
}

/** The tokens for the code, with an ID token whose claims and signature are checked. */
async function exchanged({ as, client, access }: Check, { answered, clientAuth, pending }: Exchange) {
  const { redirectUri, codeVerifier = oauth.nopkce, nonce, maxAgeSeconds } = pending;
  const response = await oauth.authorizationCodeGrantRequest(
    ...([as, client, clientAuth, answered, redirectUri, codeVerifier, access.options] as const),
  );
  const tokens = await oauth.processAuthorizationCodeResponse(as, client, response, {
    ...{ expectedNonce: nonce, maxAge: maxAgeSeconds ?? oauth.skipAuthTimeCheck, requireIdToken: true },
  });
  await oauth.validateApplicationLevelSignature(as, response, access.options);
  return tokens;
}

/** Binds the access token to the ID token where the issuer does. */
function checkHash({ at_hash: expected }: oauth.IDToken, accessToken: string): void {
  if (expected === undefined) return;
  const half = createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url');
  if (half === expected) return;
  throw refusal(
    'The access token is not the one of the ID token: at_hash differs',
    'Begin the sign-in again.',
  );
}

interface Known {
  tokens: oauth.TokenEndpointResponse;
  idTokenClaims: oauth.IDToken;
  mapping: Mapping | undefined;
}

/** What userinfo adds. An ID token that comes with an access token is thin: much is only there. */
async function furtherClaims({ as, client, access }: Check, { tokens, idTokenClaims, mapping }: Known) {
  if (as.userinfo_endpoint === undefined || !lacks(idTokenClaims, mapping)) return {};
  const response = await oauth.userInfoRequest(as, client, tokens.access_token, access.options);
  return oauth.processUserInfoResponse(as, client, idTokenClaims.sub, response);
}

/** Whether a claim is missing that the application wants, or that decides which account it is. */
function lacks(claims: oauth.IDToken, mapping: Mapping | undefined): boolean {
  if (claims.email === undefined || claims.email_verified === undefined) return true;
  if (!mapping) return claims.name === undefined;
  const { fields } = profileOf(claims, mapping);
  const isEmpty = (name: string) => fields[name] === undefined || fields[name] === null;
  return (mapping.usesGroups && claims.groups === undefined) || mapping.fields.some(isEmpty);
}

/** The ID token comes first: it is signed. Address and verification are from one source: they belong together. */
function identityOf(
  issuer: string,
  idTokenClaims: oauth.IDToken,
  more: Record<string, unknown>,
): SignInIdentity {
  const isThere = idTokenClaims.email !== undefined;
  const isWhole = idTokenClaims.email_verified !== undefined || more.email !== idTokenClaims.email;
  const { email, email_verified: verified } = isThere && isWhole ? idTokenClaims : more;
  const { email_verified: _, ...claims }: Record<string, unknown> = { ...more, ...idTokenClaims };
  return {
    ...{ issuer, subject: idTokenClaims.sub },
    ...(typeof email === 'string' ? { email } : {}),
    // Some providers send it as a text.
    ...(verified === undefined ? {} : { emailVerified: verified === true || verified === 'true' }),
    claims: verified === undefined ? claims : { ...claims, email_verified: verified },
  };
}

/** How far the clocks are apart; `Date` has whole seconds. */
function inWords(aheadMs: number | undefined): string | undefined {
  if (aheadMs === undefined) return undefined;
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  if (seconds < 2) return 'It agrees with that of the issuer';
  return `It is ${seconds} s ${aheadMs > 0 ? 'behind' : 'ahead of'} that of the issuer`;
}
