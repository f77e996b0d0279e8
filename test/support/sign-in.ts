import { type Org, PASSWORD } from './arrange.ts';
import { Browser } from './browser.ts';
import { oidcApp, SP } from './sso.ts';

interface Wanted {
  /** Of the app, in the place of the secret sent by Basic. */
  credentials?: object;
  /** Of the OAuth client. */
  settings?: object;
  beginning?: { issuer?: string; pkce?: boolean; scopes?: string[]; maxAgeSeconds?: number };
  profile?: object;
}

/** An app with somebody who signs in to it: what complete_sign_in needs, and who it is. @throws NeedsSandbox on a real org. */
export async function signedIn(org: Org, { credentials, settings, beginning, profile }: Wanted = {}) {
  const { id: userId, login } = await org.user('ana', { profile });
  const made = await oidcApp(org, org.named('Portal'), { credentials, settings });
  await org.api('POST', `/api/v1/apps/${made.id}/users`, { id: userId });
  const redirectUri = `${SP}/callback`;
  const { url, signIn } = await org.act('begin_sign_in', { clientId: made.id, redirectUri, ...beginning });
  // Only the sandbox has a page on which a test can sign in.
  await org.control('GET', '/clock');
  const browser = new Browser(org.orgUrl);
  await browser.signIn(login, PASSWORD);
  const callbackUrl = String((await browser.open(url)).back);
  const { clientSecret } = secretOf(made);
  return { userId, login, appId: made.id, signIn, callbackUrl, clientSecret };
}

const secretOf = (app: object) => {
  const { credentials } = app as { credentials: { oauthClient: { client_secret?: string } } };
  return { clientSecret: credentials.oauthClient.client_secret };
};
