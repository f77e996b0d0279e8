import type { Answer, Call } from '../http.ts';
import { escapeHtml, hiddenField, htmlPage } from './html.ts';

/** Where the form of the page is posted to. */
export const signInPath = '/login/login.htm';

interface SignInRequest {
  /** Where people go when they are signed in: a path or URL of this org. */
  returnTo: string;
  /** Fills the form. */
  login?: string;
  /** Why the last attempt failed. */
  message?: string;
}

/** The page on which people sign in with their password. */
export function signInPage(call: Call, { returnTo, login = '', message }: SignInRequest): Answer {
  const alert = message ? `<p role="alert" id="why">${escapeHtml(message)}</p>` : '';
  const marks = message ? ' aria-invalid="true" aria-describedby="why"' : '';
  const [first, second] = login ? ['', ' autofocus'] : [' autofocus', ''];
  return htmlPage(
    message ? 401 : 200,
    'Sign in',
    `${alert}<form method="post" action="${signInPath}">${hiddenField('fromURI', ownUrl(call, returnTo))}` +
      '<label for="username">Username</label>' +
      `<input id="username" name="username" value="${escapeHtml(login)}" autocomplete="username" ` +
      `autocapitalize="none" spellcheck="false" required${first}${marks}>` +
      '<label for="password">Password</label>' +
      '<input id="password" name="password" type="password" autocomplete="current-password" ' +
      `required${second}${marks}><button>Sign in</button></form>`,
  );
}

/** A path of this org, without its origin; that of the sign-in page for anything that would lead elsewhere. */
export function ownUrl({ origin }: Call, url: string): string {
  const target = URL.parse(url || signInPath, origin);
  // A path that begins with two slashes would name another host.
  if (target?.origin !== origin || target.pathname.startsWith('//')) return signInPath;
  return target.pathname + target.search;
}
