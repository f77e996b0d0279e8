import type { ErrorActor, ErrorCode } from './errors.ts';

/** What one of Okta's error codes means. */
export interface CodeMeaning {
  code: ErrorCode;
  actor: ErrorActor;
  hint?: string;
  /** Set where the request was refused without being executed and may pass later: milliseconds to wait before it. */
  refusedForMs?: number;
  /** Another meaning where a cause (`errorCauses`) says so; the first that matches. */
  byCause?: readonly (readonly [RegExp, CodeMeaning])[];
}

const caller = (hint?: string): CodeMeaning => ({ code: 'validation_failed', actor: 'caller', hint });
const state = (hint: string): CodeMeaning => ({ code: 'wrong_state', actor: 'caller', hint });
const admin = (hint: string): CodeMeaning => ({ code: 'permission_denied', actor: 'admin', hint });
const locked = (refusedForMs: number, hint: string): CodeMeaning => ({
  code: 'conflict',
  actor: 'okta',
  hint,
  refusedForMs,
});
const spaced = (seconds: number): CodeMeaning => ({
  code: 'rate_limited',
  actor: 'okta',
  hint: `Okta sends one such message every ${seconds} seconds.`,
  refusedForMs: seconds * 1000,
});
const quota: CodeMeaning = {
  code: 'rate_limited',
  actor: 'admin',
  hint: 'A telephony quota of 24 hours or 30 days is used up; waiting a minute does not help.',
};
const exists: CodeMeaning = {
  code: 'already_exists',
  actor: 'caller',
  hint: 'Use or update the existing object, or choose another value.',
};
const unprovisioned: CodeMeaning = {
  code: 'not_supported',
  actor: 'admin',
  hint: 'Turn provisioning on for the app in the Admin Console (Provisioning); apps that only sign people in have none.',
};
const mastered: CodeMeaning = admin(
  'The value is owned by another system (directory, HR) or is read-only: change it there or in the profile editor.',
);

/**
 * Okta's error codes whose meaning goes beyond their HTTP status.
 * @see https://developer.okta.com/docs/reference/error-codes/
 */
export const OKTA_CODES: Readonly<Record<string, CodeMeaning>> = {
  E0000001: {
    ...caller('Correct what the message names.'),
    byCause: [
      [/already (exists|assigned|set up)/i, exists],
      [/provisioning is not supported/i, unprovisioned],
    ],
  },
  E0000003: caller('The body is not what this call expects.'),
  E0000004: {
    code: 'authentication_failed',
    actor: 'admin',
    hint: 'Check the credentials of the connection.',
  },
  E0000006: admin('Give the principal of this connection an admin role that covers the operation.'),
  E0000007: {
    code: 'not_found',
    actor: 'caller',
    hint: 'Check the id or login; it may also be hidden from this admin role.',
  },
  E0000008: { code: 'not_found', actor: 'caller', hint: 'This org has no such path.' },
  E0000010: {
    code: 'okta_unavailable',
    actor: 'okta',
    hint: 'The org is read-only for now; reads still work.',
    refusedForMs: 5_000,
  },
  E0000011: {
    code: 'authentication_failed',
    actor: 'admin',
    hint: 'The token is wrong, expired or revoked: create a new one or sign in again.',
  },
  E0000014: caller('The credential was not accepted, see causes (often the password policy).'),
  E0000015: {
    code: 'feature_unavailable',
    actor: 'admin',
    hint: 'The org does not have this feature; the credential itself is fine.',
  },
  E0000016: state('The user is already active.'),
  E0000017: state('The password cannot be reset in the current status of the user.'),
  E0000022: { code: 'not_supported', actor: 'caller', hint: 'This path does not take this method.' },
  E0000023: mastered,
  E0000024: {
    ...{ code: 'not_supported', actor: 'caller' },
    hint: 'Okta does not let this app be changed so, for example because its integration is no longer active.',
  },
  E0000028: caller('A required parameter is missing.'),
  E0000029: caller('The paging cursor is no longer valid: start the list again.'),
  E0000031: caller(
    'Check the search or filter expression: attribute names are case sensitive, values go in double quotes.',
  ),
  E0000032: {
    ...state('Either the user is not locked out, or a directory owns the account: then unlock it there.'),
    byCause: [
      [/not locked/i, state('Nothing needs to be unlocked.')],
      [/directory|\bAD\b|ldap|master/i, mastered],
    ],
  },
  E0000034: state(
    'Forgot password is not allowed for this user: it needs status ACTIVE and a recovery question or policy.',
  ),
  E0000035: state('Changing the password is not allowed in the current status of the user.'),
  E0000036: state('Changing the recovery question is not allowed in the current status of the user.'),
  E0000038: state('Read the status of the user: this operation is not allowed in it.'),
  E0000040: { ...exists, hint: 'Use or update the app that has this label, or choose another one.' },
  E0000041: caller('This app does not take a user name or password of a user: leave credentials out.'),
  E0000056: state('Deactivate the app before deleting it.'),
  E0000060: {
    code: 'not_supported',
    actor: 'caller',
    hint: 'Okta does not support this operation, for example changing the members of Everyone.',
  },
  E0000062: { code: 'conflict', actor: 'caller', hint: 'The user is already assigned to the app.' },
  E0000064: { code: 'authentication_failed', actor: 'admin', hint: 'The password is expired.' },
  E0000068: caller('The code or answer is wrong: ask the user for a new one.'),
  E0000069: state('The user is locked out: unlock the user first.'),
  E0000075: mastered,
  E0000076: mastered,
  E0000077: mastered,
  E0000078: mastered,
  E0000079: state('The operation is not allowed in the current authentication state.'),
  E0000080: caller('The password does not meet the password policy.'),
  E0000082: caller('Each code can be used once: wait for the next one.'),
  E0000083: caller('The code has expired: ask the user for a new one.'),
  E0000087: caller('The recovery answer is wrong.'),
  E0000090: { code: 'conflict', actor: 'caller', hint: 'The role is already assigned.' },
  E0000093: caller('Too many targets in one call, for example more than 20 groupIds.'),
  E0000098: caller('Give the phone number with + and the country code.'),
  E0000100: { code: 'okta_unavailable', actor: 'okta', hint: 'Search is temporarily unavailable.' },
  E0000107: state('The object is in a state that does not allow this transition.'),
  E0000109: spaced(30),
  E0000111: { code: 'permission_denied', actor: 'admin', hint: 'The object is read-only.' },
  E0000112: locked(60_000, 'The user is still being activated: try again in a few minutes.'),
  E0000117: state('An inactive user cannot be assigned to an app.'),
  E0000118: spaced(5),
  E0000124: caller('nextLogin needs a password in credentials.'),
  E0000125: caller('nextLogin cannot be combined with activate=false.'),
  E0000133: spaced(30),
  E0000145: {
    code: 'conflict',
    actor: 'admin',
    hint: 'Some stored profiles no longer fit the schema: narrow the query, or repair the schema.',
  },
  E0000146: quota,
  E0000147: quota,
  E0000148: state('A policy uses the authenticator: disable it there first.'),
  E0000180: state('The factor is not active: activate it, or unsuspend its device.'),
  E0000186: quota,
  E0000192: state('A group that rules fill cannot have admin roles: remove the rules, or use another group.'),
  E0000193: state('A group with more than 5,000 members cannot have admin roles: use a smaller group.'),
  E0000194: state('Only groups of Okta, Active Directory and LDAP can have admin roles: use another group.'),
  E0000204: quota,
  E0000205: quota,
  E0000211: state('A built-in group such as Everyone cannot have admin roles: use another group.'),
  E0000231: {
    code: 'precondition_failed',
    actor: 'caller',
    hint: 'The object changed since it was read: read it again, then repeat with the new ETag.',
  },
  E0000239: locked(1_000, 'Okta is still working on an earlier change.'),
  E0000253: locked(5_000, 'The user type is still being set up.'),
  E0000256: caller('The request line is too long: shorten the search expression.'),
  E0000260: admin('The developer org is deactivated.'),
  E0000268: locked(2_000, 'Another role change is in progress.'),
};

const oauth = (hint: string): CodeMeaning => ({ code: 'authentication_failed', actor: 'admin', hint });

/**
 * OAuth error codes of the token endpoint.
 * @see https://developer.okta.com/docs/api/openapi/okta-oauth/guides/overview/
 */
export const OAUTH_CODES: Readonly<Record<string, CodeMeaning>> = {
  invalid_client: oauth(
    'Check client id, secret or private key and key id; the message says what Okta rejected.',
  ),
  invalid_grant: oauth('The sign-in has ended or was revoked: sign in again ("okta-connector login").'),
  invalid_scope: oauth(
    'Grant the scopes to the app under "Okta API Scopes" in the Admin Console, and request okta.* scopes only.',
  ),
  unauthorized_client: oauth('Allow this grant type in the settings of the app.'),
  unsupported_grant_type: oauth('Allow this grant type in the settings of the app.'),
  access_denied: oauth('Assign the person to the app, and check policies and network zones.'),
  invalid_dpop_proof: oauth(
    'Check the clock of this machine, and DPoP in the connection: automatic ("auto") for a service app; on (true) for a sign-in, then sign in again.',
  ),
  use_dpop_nonce: oauth(
    'The app wants DPoP. Set it in the connection: to automatic ("auto") for a service app; on (true) for a sign-in, then sign in again.',
  ),
  invalid_token: oauth('The token is wrong, expired or revoked: connect again.'),
};
