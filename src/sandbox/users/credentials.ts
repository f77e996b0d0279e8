import { invalid, oktaError } from '../errors.ts';
import { type Answer, type Call, type Endpoint, flag, objectBody, ok } from '../http.ts';
import { isObject } from '../json.ts';
import { userParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import { userOfCall } from './find.ts';
import { resetUrl } from './lifecycle.ts';
import { digest, readNewPassword } from './password.ts';
import { readQuestion } from './question.ts';
import { withChanges, withStatus } from './transition.ts';
import type { User, UserStatus } from './user.ts';
import { credentialsView } from './view.ts';

const handlers = {
  forgot_password: forgotPassword,
  forgot_password_recovery_question: answerQuestion,
  change_password: changePassword,
  change_recovery_question: changeQuestion,
};

export const credentialEndpoints: Endpoint[] = Object.entries(handlers).map(([name, handle]) => ({
  method: 'POST',
  path: `/api/v1/users/:id/credentials/${name}`,
  scope: 'okta.users.manage',
  handle,
}));

function forgotPassword(call: Call): Answer {
  const user = userOfCall(call);
  requireStatus(user, 'ACTIVE');
  record(call, 'user.account.reset_password', { target: [userParty(user)] });
  return flag(call, 'sendEmail', true) ? ok({}) : ok({ resetPasswordUrl: resetUrl(call) });
}

function answerQuestion(call: Call): Answer {
  const user = userOfCall(call);
  requireStatus(user, 'ACTIVE');
  const body = objectBody(call);
  const answer = isObject(body.recovery_question) ? body.recovery_question.answer : undefined;
  if (!user.question || answer !== user.question.answer) throw oktaError('E0000087');
  return savePassword(call, user, readNewPassword(body.password));
}

function changePassword(call: Call): Answer {
  const user = userOfCall(call);
  requireStatus(user, 'STAGED', 'ACTIVE', 'PASSWORD_EXPIRED', 'RECOVERY');
  if (user.password === undefined) throw oktaError('E0000035');
  const { oldPassword, newPassword, revokeSessions } = objectBody(call);
  requirePassword(user, oldPassword, 'oldPassword');
  const password = readNewPassword(newPassword);
  if (flag(call, 'strict', false) && digest(password) === user.password)
    throw oktaError('E0000014', '', ['Password has been used too recently']);
  if (revokeSessions === true) record(call, 'user.session.clear', { target: [userParty(user)] });
  return savePassword(call, user, password);
}

function changeQuestion(call: Call): Answer {
  const user = userOfCall(call);
  requireStatus(user, 'STAGED', 'ACTIVE', 'RECOVERY');
  const body = objectBody(call);
  requirePassword(user, body.password, 'password');
  const question = readQuestion(body.recovery_question);
  if (!question) throw invalid('recovery_question', 'recovery_question: The field cannot be left blank');
  const saved = call.org.saveUser(withChanges(call.org, user, { question }));
  record(call, 'user.account.update_profile', { target: [userParty(saved)] });
  return ok(credentialsView(saved));
}

/** A new password completes a reset and ends an expiry. */
function savePassword(call: Call, user: User, password: string): Answer {
  const { org } = call;
  const changes = { password: digest(password), passwordChanged: org.clock.seconds() };
  const ends = user.status === 'RECOVERY' || user.status === 'PASSWORD_EXPIRED';
  const saved = org.saveUser(
    ends ? withStatus(org, user, 'ACTIVE', changes) : withChanges(org, user, changes),
  );
  record(call, 'user.account.update_password', { target: [userParty(saved)] });
  org.provisioning.password(user.id, password);
  return ok(credentialsView(saved));
}

function requireStatus(user: User, ...allowed: UserStatus[]): void {
  if (!allowed.includes(user.status)) throw oktaError('E0000038');
}

function requirePassword(user: User, password: unknown, name: string): void {
  const value = isObject(password) ? password.value : undefined;
  if (typeof value !== 'string') throw invalid(name, `${name}: The field cannot be left blank`);
  if (digest(value) !== user.password) throw oktaError('E0000014', '', ['Old Password is not correct']);
}
