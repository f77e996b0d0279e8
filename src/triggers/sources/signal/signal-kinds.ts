/** Kinds of signed events that Okta sends, with their type. */
export const SIGNAL_KINDS = {
  session_revoked: 'https://schemas.openid.net/secevent/caep/event-type/session-revoked',
  credential_change: 'https://schemas.openid.net/secevent/caep/event-type/credential-change',
} as const;
export type SignalKind = keyof typeof SIGNAL_KINDS;

/** How an event of the System Log looks when it is signed. */
export interface LoggedAs {
  kind: SignalKind;
  changeType?: string;
  /** Where it does not depend on the factor. */
  credentialType?: string;
}

const change = (changeType: string, credentialType?: string): LoggedAs => ({
  kind: 'credential_change',
  changeType,
  ...(credentialType ? { credentialType } : {}),
});

/**
 * The events of the System Log that Okta signs.
 * @see https://developer.okta.com/docs/reference/ssf-transmitter-sets/
 */
export const LOGGED_AS: Readonly<Record<string, LoggedAs>> = {
  'user.session.end': { kind: 'session_revoked' },
  'user.mfa.factor.activate': change('create'),
  'user.mfa.factor.deactivate': change('delete'),
  'user.mfa.factor.reset_all': change('revoke', 'ALL_FACTORS'),
  'user.mfa.factor.suspend': change('update'),
  'user.mfa.factor.unsuspend': change('update'),
  'user.mfa.factor.update': change('update'),
  'user.account.reset_password': change('revoke', 'password'),
  'user.account.update_password': change('revoke', 'password'),
};

/** Their types, for some kinds. */
export const loggedTypesOf = (kinds: readonly SignalKind[]): string[] =>
  Object.entries(LOGGED_AS).flatMap(([type, { kind }]) => (kinds.includes(kind) ? [type] : []));

/** `session_revoked` for `https://schemas.openid.net/secevent/caep/event-type/session-revoked`. */
export const signalKindOf = (type: string): string => (type.split('/').at(-1) ?? type).replaceAll('-', '_');

/** The event that verifies a stream; its type has another prefix in each draft of the specification. */
export const isVerification = (type: string): boolean =>
  /^https:\/\/schemas\.openid\.net\/secevent\/(ssf|sse|risc)\/event-type\/verification$/.test(type);
