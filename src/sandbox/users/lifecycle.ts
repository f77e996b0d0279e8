import { changeAccess } from '../apps/access.ts';
import { invalid, oktaError, type Refusal } from '../errors.ts';
import { removeFactors } from '../factors/factor.ts';
import { type Answer, type Call, type Endpoint, flag, noContent, ok } from '../http.ts';
import { randomSecret } from '../random.ts';
import type { EventType } from '../system-log/event-types.ts';
import { userParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import { deactivate } from './deactivate.ts';
import { userOfCall } from './find.ts';
import { digest } from './password.ts';
import { withChanges, withStatus } from './transition.ts';
import { type User, type UserStatus, userStatuses } from './user.ts';
import { userView } from './view.ts';

interface Operation {
  from: readonly UserStatus[];
  refuse(user: User): Refusal;
  run(call: Call, user: User): Answer;
}

const wrongStatus = () => oktaError('E0000038');
const living = userStatuses.filter((status) => status !== 'DEPROVISIONED');
const stopped: readonly UserStatus[] = ['SUSPENDED', 'LOCKED_OUT'];

// In 2020 a deactivation was answered with 204. When that changed is not known.
const answered = Date.UTC(2021, 0);

/** The statuses in which each operation is legal, and what it does. */
const operations: Record<string, Operation> = {
  activate: {
    from: ['STAGED', 'DEPROVISIONED'],
    refuse: ({ status }) => oktaError(stopped.includes(status) ? 'E0000038' : 'E0000016'),
    run: activate,
  },
  reactivate: { from: ['PROVISIONED', 'RECOVERY'], refuse: wrongStatus, run: reactivate },
  deactivate: {
    from: living,
    refuse: wrongStatus,
    run(call, user) {
      if (!user.transitioningTo) deactivate(call, user);
      return call.org.clock.now() < answered ? noContent : ok({});
    },
  },
  suspend: {
    from: ['ACTIVE'],
    refuse: () => invalid('suspendUser', 'Cannot suspend a user that is not active'),
    run: (call, user) => move(call, user, 'SUSPENDED', 'user.lifecycle.suspend'),
  },
  unsuspend: {
    from: ['SUSPENDED'],
    refuse: () => invalid('unsuspendUser', 'Cannot unsuspend a user that is not suspended'),
    run: (call, user) => move(call, user, 'ACTIVE', 'user.lifecycle.unsuspend'),
  },
  unlock: {
    from: ['LOCKED_OUT'],
    refuse: () => oktaError('E0000032', '', ['The user is not locked out.']),
    run: (call, user) => move(call, user, 'ACTIVE', 'user.account.unlock_by_admin'),
  },
  expire_password: {
    from: ['ACTIVE', 'PASSWORD_EXPIRED'],
    refuse: wrongStatus,
    run: (call, user) => ok(userView(call, expirePassword(call, user, {}))),
  },
  expire_password_with_temp_password: {
    from: ['ACTIVE', 'PASSWORD_EXPIRED'],
    refuse: wrongStatus,
    run: tempPassword,
  },
  reset_password: {
    from: ['ACTIVE', 'PROVISIONED', 'PASSWORD_EXPIRED', 'RECOVERY', 'LOCKED_OUT'],
    refuse: wrongStatus,
    run: resetPassword,
  },
  reset_factors: {
    from: living,
    refuse: wrongStatus,
    run(call, user) {
      removeFactors(call);
      record(call, 'user.mfa.factor.reset_all', { target: [userParty(user)] });
      return ok({});
    },
  },
};

export const lifecycleEndpoints: Endpoint[] = Object.entries(operations).map(([name, operation]) => ({
  method: 'POST',
  path: `/api/v1/users/:id/lifecycle/${name}`,
  scope: 'okta.users.manage',
  handle(call) {
    const user = userOfCall(call);
    if (!operation.from.includes(user.status)) throw operation.refuse(user);
    return operation.run(call, user);
  },
}));

function move(call: Call, user: User, status: UserStatus, event: EventType): Answer {
  const moved = call.org.saveUser(withStatus(call.org, user, status));
  record(call, event, { target: [userParty(moved)] });
  return ok({});
}

/** A user with credentials becomes ACTIVE immediately; others are PROVISIONED until they set a password. */
function activate(call: Call, user: User): Answer {
  const { org } = call;
  const ready = user.password !== undefined || user.provider === 'FEDERATION' || user.provider === 'SOCIAL';
  const activated = org.clock.seconds();
  changeAccess(call, user, () => {
    const moved = org.saveUser(withStatus(org, user, ready ? 'ACTIVE' : 'PROVISIONED', { activated }));
    record(call, 'user.lifecycle.activate', { target: [userParty(moved)] });
  });
  return activationAnswer(call, true);
}

function reactivate(call: Call, user: User): Answer {
  call.org.saveUser(withChanges(call.org, user, {}));
  record(call, 'user.lifecycle.reactivate', { target: [userParty(user)] });
  return activationAnswer(call, false);
}

/** When Okta sends no e-mail, the answer has the activation link and token. */
function activationAnswer(call: Call, sendByDefault: boolean): Answer {
  if (flag(call, 'sendEmail', sendByDefault)) return ok({});
  const activationToken = randomSecret(15);
  return ok({ activationUrl: `${call.origin}/tokens/${activationToken}/verify`, activationToken });
}

function expirePassword(call: Call, user: User, changes: Partial<User>): User {
  const expired = call.org.saveUser(withStatus(call.org, user, 'PASSWORD_EXPIRED', changes));
  record(call, 'user.account.expire_password', { target: [userParty(expired)] });
  return expired;
}

function tempPassword(call: Call, user: User): Answer {
  const password = randomSecret(6);
  expirePassword(call, user, { password: digest(password), passwordChanged: call.org.clock.seconds() });
  if (flag(call, 'revokeSessions', false)) record(call, 'user.session.clear', { target: [userParty(user)] });
  return ok({ tempPassword: password });
}

function resetPassword(call: Call, user: User): Answer {
  if (!call.query.has('sendEmail')) throw oktaError('E0000028');
  const reset = call.org.saveUser(withStatus(call.org, user, 'RECOVERY'));
  record(call, 'user.account.reset_password', { target: [userParty(reset)] });
  if (flag(call, 'revokeSessions', false)) record(call, 'user.session.clear', { target: [userParty(user)] });
  return flag(call, 'sendEmail', true) ? ok({}) : ok({ resetPasswordUrl: resetUrl(call) });
}

export function resetUrl(call: Call): string {
  return `${call.origin}/reset_password/drp${randomSecret(15)}`;
}
