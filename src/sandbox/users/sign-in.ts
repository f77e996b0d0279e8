import { oktaError } from '../errors.ts';
import type { Call } from '../http.ts';
import type { Org } from '../org.ts';
import type { EventFields, LogParty, LogRecord } from '../system-log/event.ts';
import { userParty } from '../system-log/parties.ts';
import { circumstances } from '../system-log/record.ts';
import { digest } from './password.ts';
import { blockedBy, noteBreach } from './threats.ts';
import { withStatus } from './transition.ts';
import type { User, UserStatus } from './user.ts';

/** Consecutive wrong passwords that lock an account. */
const maximumFailures = 5;

/** Why a user of a status can't sign in even with the right password; users of other statuses can. */
const obstacles: Partial<Record<UserStatus, string>> = {
  LOCKED_OUT: 'LOCKED_OUT',
  PASSWORD_EXPIRED: 'PASSWORD_EXPIRED',
  SUSPENDED: 'VERIFICATION_ERROR',
  STAGED: 'VERIFICATION_ERROR',
  RECOVERY: 'VERIFICATION_ERROR',
  PROVISIONED: 'VERIFICATION_ERROR',
  DEPROVISIONED: 'VERIFICATION_ERROR',
};

// Statuses with a password that aren't locked yet.
const lockable: readonly UserStatus[] = ['ACTIVE', 'RECOVERY', 'PASSWORD_EXPIRED'];

interface Attempt {
  /** Whether the password is correct. */
  right: boolean;
  /** The circumstances of the event: client, transaction, debugContext. */
  fields: EventFields;
}

/**
 * Attempts a sign-in with what a person entered.
 * @returns no user if none has the login or its part before the `@`.
 * @throws Refusal E0000006 for an address that is blocked.
 */
export function signInWithPassword(
  call: Call,
  login: string,
  password: string,
): { user?: User; right: boolean; failure?: string } {
  const { org } = call;
  const fields = circumstances(call);
  if (blockedBy(org, fields)) throw oktaError('E0000006');
  const user = org.users.byLogin(login) ?? org.users.byShortName(login);
  if (!user) {
    signInUnknown(org, login, fields);
    return { right: false };
  }
  const right = user.password !== undefined && digest(password) === user.password;
  if (right) noteBreach(org, user, { password, fields });
  return { user, right, failure: signIn(org, user, { right, fields }).failure };
}

/** Attempts a sign-in and logs its outcome. */
export function signIn(
  org: Org,
  user: User,
  { right, fields }: Attempt,
): { event: LogRecord; failure?: string } {
  const actor = userParty(user);
  const failure = obstacles[user.status] ?? (right ? undefined : 'INVALID_CREDENTIALS');
  const event = recordSignIn(org, actor, { failure, fields });
  if (!failure) {
    org.failedSignIns.delete(user.id);
    org.saveUser({ ...user, lastLogin: org.clock.seconds() });
    return { event };
  }
  if (!right && lockable.includes(user.status)) countFailure(org, user, fields);
  return { event, failure };
}

/** Logs an attempt with an unknown login. */
export function signInUnknown(org: Org, login: string, fields: EventFields): LogRecord {
  const actor = {
    id: 'unknown',
    type: 'User',
    alternateId: login,
    displayName: 'unknown',
    detailEntry: null,
  };
  return recordSignIn(org, actor, { failure: 'VERIFICATION_ERROR', fields });
}

function recordSignIn(
  org: Org,
  actor: LogParty,
  { failure, fields }: { failure: string | undefined; fields: EventFields },
): LogRecord {
  return org.log.append({
    eventType: 'user.session.start',
    fields: {
      actor,
      legacyEventType: failure ? 'core.user_auth.login_failed' : 'core.user_auth.login_success',
      outcome: failure ? { result: 'FAILURE', reason: failure } : { result: 'SUCCESS', reason: null },
      ...fields,
    },
  });
}

function countFailure(org: Org, user: User, fields: EventFields): void {
  const failures = (org.failedSignIns.get(user.id) ?? 0) + 1;
  org.failedSignIns.set(user.id, failures);
  if (failures < maximumFailures) return;
  org.failedSignIns.delete(user.id);
  const locked = userParty(org.saveUser(withStatus(org, user, 'LOCKED_OUT')));
  org.log.append({
    eventType: 'user.account.lock',
    fields: {
      actor: locked,
      legacyEventType: 'core.user_auth.account_locked',
      outcome: { result: 'FAILURE', reason: 'LOCKED_OUT' },
      target: [locked],
      ...fields,
    },
  });
}
