import { createHash } from 'node:crypto';
import { iso } from '../clock.ts';
import type { Call } from '../http.ts';
import type { Json } from '../json.ts';
import type { Org } from '../org.ts';
import { attributeOf } from '../schemas/attribute.ts';
import type { User, UserStatus } from './user.ts';

const operations: Record<string, string> = {
  suspend: 'lifecycle/suspend',
  unsuspend: 'lifecycle/unsuspend',
  activate: 'lifecycle/activate',
  reactivate: 'lifecycle/reactivate',
  deactivate: 'lifecycle/deactivate',
  unlock: 'lifecycle/unlock',
  resetPassword: 'lifecycle/reset_password',
  expirePassword: 'lifecycle/expire_password',
  resetFactors: 'lifecycle/reset_factors',
  forgotPassword: 'credentials/forgot_password',
  changeRecoveryQuestion: 'credentials/change_recovery_question',
  changePassword: 'credentials/change_password',
};

const signedUp = ['suspend', 'resetPassword', 'forgotPassword', 'expirePassword', 'changeRecoveryQuestion'];

/** The links Okta includes for each status. They are hints: some are missing and some would fail. */
const linksByStatus: Record<UserStatus, string[]> = {
  STAGED: ['activate', 'resetFactors'],
  PROVISIONED: ['suspend', 'resetPassword', 'reactivate', 'deactivate', 'resetFactors'],
  ACTIVE: [...signedUp, 'resetFactors', 'changePassword', 'deactivate'],
  PASSWORD_EXPIRED: [...signedUp, 'resetFactors', 'changePassword', 'deactivate'],
  RECOVERY: ['suspend', 'resetPassword', 'reactivate', 'changePassword', 'deactivate', 'resetFactors'],
  LOCKED_OUT: ['unlock', 'resetPassword', 'deactivate', 'resetFactors'],
  SUSPENDED: ['unsuspend', 'deactivate', 'resetFactors'],
  DEPROVISIONED: ['activate', 'delete', 'resetFactors'],
};

/** A user as a single answer has it, with the links of its status. */
export function userView(call: Call, user: User): Json {
  const self = `${call.origin}/api/v1/users/${user.id}`;
  const type = call.org.userTypes.find(({ id }) => id === user.typeId);
  const links: Json = {
    self: { href: self },
    type: { href: `${call.origin}/api/v1/meta/types/user/${user.typeId}` },
    schema: { href: `${call.origin}/api/v1/meta/schemas/user/${type?.schemaId}` },
  };
  for (const name of linksByStatus[user.status]) {
    const operation = operations[name];
    links[name] = operation
      ? { href: `${self}/${operation}`, method: 'POST' }
      : { href: self, method: 'DELETE' };
  }
  return { ...body(call.org, user), _links: links };
}

/** A user as lists have it, with only the link `self`. */
export function userItem(call: Call, user: User): Json {
  return { ...body(call.org, user), _links: { self: { href: `${call.origin}/api/v1/users/${user.id}` } } };
}

export function credentialsView({ password, question, provider }: User): Json {
  return {
    ...(password === undefined ? {} : { password: {} }),
    ...(question ? { recovery_question: { question: question.question } } : {}),
    provider: { type: provider, name: provider },
  };
}

/** The ETag: a digest of type and profile alone. Users with the same profile share it, and no other change moves it. */
export function etag(org: Org, user: User): string {
  const profile = Object.entries(profileView(org, user)).sort(([a], [b]) => (a < b ? -1 : 1));
  const content = JSON.stringify([user.typeId, profile]);
  return `W/"${createHash('sha256').update(content).digest('hex')}"`;
}

function body(org: Org, user: User): Json {
  return {
    id: user.id,
    status: user.status,
    created: iso(user.created),
    activated: iso(user.activated),
    statusChanged: iso(user.statusChanged),
    lastLogin: iso(user.lastLogin),
    lastUpdated: iso(user.lastUpdated),
    passwordChanged: iso(user.passwordChanged),
    ...(user.transitioningTo ? { transitioningToStatus: user.transitioningTo } : {}),
    ...(org.settings.realms ? { realmId: user.realmId } : {}),
    type: { id: user.typeId },
    profile: profileView(org, user),
    credentials: credentialsView(user),
  };
}

/** Omits attributes without a value, except the two that Okta always includes. */
function profileView(org: Org, user: User): Json {
  const schema = org.schemaOf(user.typeId);
  const shown: Json = { mobilePhone: null, secondEmail: null };
  for (const [name, value] of Object.entries(user.profile))
    if (attributeOf(schema, name)) shown[name] = value;
  return shown;
}
