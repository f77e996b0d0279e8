import { type Org, PASSWORD } from './arrange.ts';
import { Browser } from './browser.ts';
import { oidcApp, SP } from './sso.ts';

interface Wanted {
  /** Of the app, in the place of a secret sent by Basic. */
  credentials?: object;
  /** Of the OAuth client. */
  settings?: object;
  beginning?: { issuer?: string; pkce?: boolean; scopes?: string[]; maxAgeSeconds?: number };
  /** Name of the person. */
  name?: string;
  profile?: object;
  isAssigned?: boolean;
  /** An app and a person that are there already. */
  existing?: { appId: string; userId: string; login: string; clientSecret?: string };
}

/** An app with somebody who signs in to it: what complete_sign_in needs, and who it is. @throws NeedsSandbox on a real org. */
export async function signedIn(org: Org, { existing, beginning, ...wanted }: Wanted = {}) {
  const { appId, userId, login, clientSecret } = existing ?? (await arranged(org, wanted));
  const redirectUri = `${SP}/callback`;
  const { url, signIn } = await org.act('begin_sign_in', { clientId: appId, redirectUri, ...beginning });
  // Only the sandbox has a page on which a test can sign in.
  await org.control('GET', '/clock');
  const browser = new Browser(org.orgUrl);
  await browser.signIn(login, PASSWORD);
  const callbackUrl = String((await browser.open(url)).back);
  return { userId, login, appId, signIn, callbackUrl, clientSecret };
}

async function arranged(
  org: Org,
  { credentials, settings, name = 'ana', profile, isAssigned = true }: Wanted,
) {
  const user = await org.user(name, { profile });
  const app = await oidcApp(org, org.named(`Portal of ${name}`), { credentials, settings });
  if (isAssigned) await org.api('POST', `/api/v1/apps/${app.id}/users`, { id: user.id });
  const { client_secret: clientSecret } = app.credentials.oauthClient;
  return { appId: app.id, userId: user.id, login: user.login, clientSecret };
}
