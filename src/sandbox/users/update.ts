import { invalid, oktaError } from '../errors.ts';
import { applyRules } from '../group-objects/rule-members.ts';
import { type Answer, type Call, flag, objectBody, ok } from '../http.ts';
import { isObject, type Json } from '../json.ts';
import type { Org } from '../org.ts';
import { userParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import { userOfCall } from './find.ts';
import { readPassword } from './password.ts';
import { writeProfile } from './profile.ts';
import { readQuestion } from './question.ts';
import { withChanges } from './transition.ts';
import type { User } from './user.ts';
import { etag, userView } from './view.ts';

/** POST: a partial update. */
export function postUser(call: Call): Answer {
  return write(call, false);
}

/** PUT: replaces the whole profile. Only PUT can change the user type. */
export function putUser(call: Call): Answer {
  return write(call, true);
}

function write(call: Call, replace: boolean): Answer {
  const { org } = call;
  const user = userOfCall(call);
  const body = objectBody(call);
  const expected = call.headers.get('if-match');
  if (expected && expected !== '*' && expected !== etag(org, user)) throw oktaError('E0000231');
  if (user.status === 'DEPROVISIONED') throw oktaError('E0000038');
  const typeId = readType(call, user, body.type, replace);
  const profile = isObject(body.profile)
    ? writeProfile(org, org.schemaOf(typeId), body.profile, { current: user, replace })
    : user.profile;
  const given = isObject(body.credentials) ? body.credentials : {};
  const credentials = readCredentials(call, user, given);
  const realmId = typeof body.realmId === 'string' ? body.realmId : user.realmId;
  const saved = org.saveUser(withChanges(org, user, { typeId, profile, realmId, ...credentials }));
  if (replace && credentials.password) stampAgain(org, user.id);
  const target = [userParty(saved)];
  const changedAttributes = differences(user, saved);
  if (changedAttributes.length > 0)
    record(call, 'user.account.update_profile', {
      target,
      debugData: { changedAttributes: changedAttributes.join(',') },
    });
  if (credentials.password) {
    record(call, 'user.account.update_password', { target });
    const value = readPassword(given.password)?.value;
    if (value !== undefined) org.provisioning.password(user.id, value);
  }
  if (typeId !== user.typeId) record(call, 'user.account.update_user_type', { target });
  applyRules(call, saved);
  return ok(userView(call, saved));
}

/** Okta finishes a replace with a password 3 s after its answer, and then moves lastUpdated once more. */
function stampAgain(org: Org, userId: string): void {
  org.later(3000, () => {
    const user = org.users.get(userId);
    if (user) org.saveUser(withChanges(org, user, {}));
  });
}

function readType(call: Call, user: User, type: unknown, replace: boolean): string {
  const id = isObject(type) ? type.id : undefined;
  if (id === undefined || id === user.typeId) return user.typeId;
  if (!replace) throw invalid('type', 'type: can be changed only by replacing the user');
  const found = call.org.userTypes.find((candidate) => candidate.id === id);
  if (!found) throw invalid('type', 'type: not a user type of this org');
  return found.id;
}

function readCredentials(call: Call, user: User, credentials: Json): Partial<User> {
  const changes: { -readonly [K in keyof User]?: User[K] } = {};
  const password = readPassword(credentials.password);
  if (password) {
    if (password.imported && user.status !== 'STAGED')
      throw invalid('password', 'password.hash: can be set only while the user is staged');
    if (flag(call, 'strict', false) && password.digest === user.password)
      throw oktaError('E0000014', '', ['Password has been used too recently']);
    changes.password = password.digest;
    changes.passwordChanged = call.org.clock.seconds();
    if (password.imported) changes.provider = 'IMPORT';
  }
  const question = readQuestion(credentials.recovery_question);
  if (question) changes.question = question;
  return changes;
}

function differences(before: User, after: User): string[] {
  const names = new Set([...Object.keys(before.profile), ...Object.keys(after.profile)]);
  return [...names].filter(
    (name) => JSON.stringify(before.profile[name]) !== JSON.stringify(after.profile[name]),
  );
}
