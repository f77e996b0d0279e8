import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose';
import type { Answer, Call, Endpoint } from '../http.ts';
import { signOut } from '../sign-in/endpoints.ts';
import { signInPath } from '../sign-in/page.ts';
import { browserSession, sessionCookie } from '../sign-in/session.ts';
import { errorPage, redirectTo } from './authorize-answer.ts';
import { clientById } from './client-auth.ts';
import { ofEveryIssuer, type TokenIssuer, tokenIssuerOf } from './issuer.ts';
import { publicKeys } from './jwt.ts';

export const logoutEndpoints: Endpoint[] = [
  ...ofEveryIssuer('GET', 'logout', (call) => logout(call, call.query)),
  ...ofEveryIssuer('POST', 'logout', (call) => logout(call, new URLSearchParams(String(call.body ?? '')))),
];

/** Ends the session of the browser if the ID token is of the same user, and leads back to the application. */
async function logout(call: Call, given: URLSearchParams): Promise<Answer> {
  const issuer = tokenIssuerOf(call);
  const hint = given.get('id_token_hint');
  if (!hint) return errorPage("The required parameter 'id_token_hint' is missing.");
  const claims = await claimsOf(issuer, hint);
  const client = claims && clientById(call, claims.clientId);
  if (!client) return errorPage('The id token is invalid.');
  const uri = given.get('post_logout_redirect_uri');
  if (uri !== null && !client.postLogoutRedirectUris.includes(uri))
    return errorPage(
      `The 'post_logout_redirect_uri' parameter must be a Logout redirect URI in the client app settings: ${uri}`,
    );
  const isOwn = browserSession(call)?.userId === claims.sub;
  if (isOwn) signOut(call);
  const state = given.get('state');
  const answer =
    uri === null
      ? redirectTo(`${call.origin}${signInPath}`, 'query', [])
      : redirectTo(uri, 'query', state === null ? [] : [['state', state]]);
  return isOwn ? { ...answer, headers: { ...answer.headers, ...sessionCookie() } } : answer;
}

/** Whose ID token it is and for which client; undefined if the issuer has not issued it. It may have expired. */
async function claimsOf(issuer: TokenIssuer, hint: string) {
  try {
    const { iat = 0, aud } = decodeJwt(hint);
    const { payload } = await jwtVerify(hint, createLocalJWKSet({ keys: await publicKeys(issuer) }), {
      ...{ issuer: issuer.url, algorithms: ['RS256'], currentDate: new Date(iat * 1000) },
    });
    return { sub: payload.sub, clientId: String(aud) };
  } catch {
    return undefined;
  }
}
