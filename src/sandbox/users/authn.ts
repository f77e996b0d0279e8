import { iso } from '../clock.ts';
import { oktaError } from '../errors.ts';
import { type Answer, type Call, type Endpoint, objectBody, ok } from '../http.ts';
import { issueSessionToken } from '../sessions/sessions.ts';
import { signInWithPassword } from './sign-in.ts';

const tokenLifetimeMs = 5 * 60_000;

/** Signing in with a login and a password. The password is the only credential that it needs. */
export const authnEndpoints: Endpoint[] = [{ method: 'POST', path: '/api/v1/authn', handle: authenticate }];

function authenticate(call: Call): Answer {
  const { org } = call;
  const { username, password } = objectBody(call);
  const { user, right, failure } = signInWithPassword(call, String(username), String(password));
  if (!user) throw oktaError('E0000004');
  const expiresAt = iso(org.clock.seconds() + tokenLifetimeMs);
  if (right && failure === 'PASSWORD_EXPIRED') return ok({ status: 'PASSWORD_EXPIRED', expiresAt });
  if (failure) throw oktaError('E0000004');
  const { firstName, lastName, locale = 'en_US', timeZone = 'America/Los_Angeles' } = user.profile;
  const profile = { login: user.profile.login, firstName, lastName, locale, timeZone };
  const _embedded = { user: { id: user.id, passwordChanged: iso(user.passwordChanged), profile } };
  return ok({ expiresAt, status: 'SUCCESS', sessionToken: issueSessionToken(org, user.id), _embedded });
}
