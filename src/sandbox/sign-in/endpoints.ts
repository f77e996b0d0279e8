import { Refusal } from '../errors.ts';
import type { Answer, Call, Endpoint } from '../http.ts';
import { endSession, startSession } from '../sessions/sessions.ts';
import { userParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import { signInWithPassword } from '../users/sign-in.ts';
import type { UserStatus } from '../users/user.ts';
import { escapeHtml, htmlPage } from './html.ts';
import { ownUrl, signInPage, signInPath } from './page.ts';
import { browserSession, sessionCookie } from './session.ts';

const signOutPath = '/login/signout';

/** Signing in and out with a browser. */
export const signInEndpoints: Endpoint[] = [
  { method: 'GET', path: signInPath, handle: showPage },
  { method: 'POST', path: signInPath, takes: ['application/x-www-form-urlencoded'], handle: receive },
  { method: 'GET', path: signOutPath, handle: leave },
];

/** What people whose account is in one of these statuses are told. */
const obstacleTexts: Partial<Record<UserStatus, string>> = {
  STAGED: 'Your account is not activated yet. Contact your administrator.',
  PROVISIONED: 'Your account is not activated yet: follow the link in the activation e-mail.',
  RECOVERY: 'Your password is being reset: follow the link in the e-mail to set a new one.',
  PASSWORD_EXPIRED: 'Your password has expired: set a new one first.',
  LOCKED_OUT: 'Your account is locked. Contact your administrator.',
  SUSPENDED: 'Your account is suspended. Contact your administrator.',
  DEPROVISIONED: 'Your account is deactivated. Contact your administrator.',
};

function showPage(call: Call): Answer {
  const session = browserSession(call);
  const login = call.query.get('username') ?? '';
  if (!session) return signInPage(call, { returnTo: call.query.get('fromURI') ?? '', login });
  const name = escapeHtml(String(session.user.profile.login));
  return htmlPage(
    200,
    'Signed in',
    `<p>You are signed in as ${name}.</p><p><a href="${signOutPath}">Sign out</a></p>`,
  );
}

/** Checks what the form sends. Another site must not sign people in: the page knows where it was sent from. */
function receive(call: Call): Answer {
  const { org, origin, headers, body } = call;
  const from = headers.get('origin');
  if (from !== null && from !== origin) throw new Refusal(403, undefined);
  const form = new URLSearchParams(String(body ?? ''));
  const login = (form.get('username') ?? '').trim();
  const returnTo = ownUrl(call, form.get('fromURI') ?? '');
  const { user, failure } = signInWithPassword(call, login, form.get('password') ?? '');
  if (!user || failure) {
    const status = user && org.users.get(user.id)?.status;
    const message =
      (status && obstacleTexts[status]) ?? 'Unable to sign in: the username or password is wrong.';
    return signInPage(call, { returnTo, login, message });
  }
  // A session that the browser has is replaced, whoever's it is.
  const before = browserSession(call);
  if (before) endSession(org, before.id);
  const session = startSession(org, user.id);
  return { status: 302, headers: { Location: origin + returnTo, ...sessionCookie(session) } };
}

function leave(call: Call): Answer {
  signOut(call);
  const Location = call.origin + ownUrl(call, call.query.get('fromURI') ?? '');
  return { status: 302, headers: { Location, ...sessionCookie() } };
}

/** Ends the session of the browser, if it has one. */
export function signOut(call: Call): void {
  const session = browserSession(call);
  if (!session) return;
  endSession(call.org, session.id);
  record({ ...call, principal: { actor: userParty(session.user) } }, 'user.session.end');
}
