/** Who signed in, as the identity provider says. Issuer and subject together are the stable key; they compare as text. */
export interface SignInIdentity {
  issuer: string;
  subject: string;
  email?: string;
  emailVerified?: boolean;
  /** Claims of the ID token and userinfo, or attributes of the assertion. */
  claims: Record<string, unknown>;
}

/** An account of the application. */
export interface SignInRecord {
  id: string;
  kind: 'user' | 'customer';
  email?: string;
  /** With which it is linked; both or none. */
  issuer?: string;
  subject?: string;
  /** False for an account that was deactivated. Default true. */
  active?: boolean;
}

/** Whom an application lets in, and whether it makes accounts at the first sign-in. */
export interface SignInRules {
  audience: 'users' | 'customers';
  provisioning: boolean;
  /**
   * Whether a subject that is an address is the same in other letters. For the NameID of SAML, where providers change them; in
   * OpenID Connect, `sub` is case-sensitive, and other letters are another person. Default false.
   */
  ignoreCaseOfSubject?: boolean;
}

/** What the application should do with a sign-in. */
export interface SignInDecision {
  decision: 'create' | 'update' | 'link' | 'conflict' | 'deny';
  /** In one or two sentences. */
  reason: string;
  /** The account to update or link, or because of which the sign-in is denied. */
  record?: SignInRecord;
  /** All accounts that are in each other's way. */
  records?: SignInRecord[];
}

/**
 * Decides what a sign-in is for the accounts of an application. Only the key or a verified e-mail address lead to an account, an
 * account that is inactive refuses, and no account is made where another one has the address or user name.
 */
export function decideSignIn(
  identity: SignInIdentity,
  records: readonly SignInRecord[],
  rules: SignInRules,
): SignInDecision {
  const sharing = records.filter(({ email }) => isSame(email, identity.email));
  const linked = linkedWith(identity, records, rules);
  const [own] = linked;
  if (own && linked.length > 1) {
    return conflict(linked, `${namesOf(linked)} are linked with the same sign-in. Unlink all but one.`);
  }
  if (own) return returning(own, sharing, rules);
  if (identity.email === undefined || identity.email === '') {
    return deny(
      'No account is linked with this sign-in, and without an e-mail address none can be found or made.',
    );
  }
  const [only] = sharing;
  if (only) return sharing.length > 1 ? shared(sharing) : first(identity, only, rules);
  return unknown(identity, records, rules);
}

/** Letters compare without case only where both cases agree: a Kelvin sign is not a k, a dotless i no i. */
const folded = (text: string) => `${text.trim().toLowerCase()} ${text.trim().toUpperCase()}`;

const isSame = (one: string | undefined, other: string | undefined) =>
  Boolean(one?.trim() && other?.trim()) && folded(one as string) === folded(other as string);

/** The accounts with the key. */
function linkedWith(
  { issuer, subject }: SignInIdentity,
  records: readonly SignInRecord[],
  { ignoreCaseOfSubject = false }: SignInRules,
): SignInRecord[] {
  const here = records.filter((one) => one.issuer === issuer && one.subject !== undefined);
  const exact = here.filter((one) => one.subject === subject);
  if (exact.length > 0 || !ignoreCaseOfSubject || !subject.includes('@')) return exact;
  return here.filter((one) => isSame(one.subject, subject));
}

/** Somebody who has signed in before. */
function returning(
  record: SignInRecord,
  sharing: readonly SignInRecord[],
  rules: SignInRules,
): SignInDecision {
  if (kindOf(rules) !== record.kind) return otherKind(record, rules);
  if (record.active === false) return inactive(record);
  const others = sharing.filter((one) => one !== record);
  const reason = `${nameOf(record)} is linked with this sign-in.`;
  if (others.length === 0) return { decision: 'update', reason, record };
  return {
    ...{ decision: 'update', record, records: [record, ...others] },
    reason: `${reason} Do not change its e-mail address: ${namesOf(others)} has the same.`,
  };
}

/** Somebody whose e-mail address one account has. */
function first(identity: SignInIdentity, record: SignInRecord, rules: SignInRules): SignInDecision {
  if (kindOf(rules) !== record.kind) return otherKind(record, rules);
  if (record.active === false) return inactive(record);
  if (record.issuer === identity.issuer && record.subject !== undefined) {
    return conflict(
      [record],
      `${nameOf(record)} has the e-mail address, but is linked with another person at this issuer. If the address was passed on, deactivate the account; if the person was created again, unlink it.`,
    );
  }
  if (identity.emailVerified !== true) {
    return deny(
      `${nameOf(record)} has the e-mail address, but the identity provider does not say that it is verified: anybody could have entered it.`,
      record,
    );
  }
  return {
    ...{ decision: 'link', record },
    reason: `${nameOf(record)} has the same verified e-mail address.`,
  };
}

/** Somebody whose e-mail address no account has. */
function unknown(
  { claims, email }: SignInIdentity,
  records: readonly SignInRecord[],
  { provisioning }: SignInRules,
): SignInDecision {
  const login = claims.preferred_username ?? claims.login;
  const named = records.filter((one) => typeof login === 'string' && isSame(one.email, login));
  if (named.length > 0) {
    return conflict(
      named,
      `${namesOf(named)} has the user name of this person as its e-mail address (${login}), and another one than ${email}. Correct it there, or in Okta: a new account would be a twin.`,
    );
  }
  if (!provisioning) {
    return deny('No account belongs to this sign-in, and accounts are not made at the first sign-in.');
  }
  return { decision: 'create', reason: 'No account has this e-mail address or is linked with this sign-in.' };
}

const kindOf = ({ audience }: SignInRules) => (audience === 'users' ? 'user' : 'customer');

const nameOf = ({ kind, id }: SignInRecord) => `The ${kind} ${id}`;

const namesOf = (records: readonly SignInRecord[]) =>
  records.map((record, at) => (at === 0 ? nameOf(record) : `the ${record.kind} ${record.id}`)).join(' and ');

const deny = (reason: string, record?: SignInRecord): SignInDecision => ({
  decision: 'deny',
  reason,
  ...(record ? { record } : {}),
});

const conflict = (records: readonly SignInRecord[], reason: string): SignInDecision => ({
  decision: 'conflict',
  reason,
  records: [...records],
});

const shared = (records: readonly SignInRecord[]) =>
  conflict(records, `${namesOf(records)} have the same e-mail address. Give each its own.`);

const otherKind = (record: SignInRecord, rules: SignInRules) =>
  conflict(
    [record],
    `${nameOf(record)} belongs to this person, but ${rules.audience} sign in here. An e-mail address can be that of a user or of a customer, not of both.`,
  );

const inactive = (record: SignInRecord) =>
  deny(
    `${nameOf(record)} is inactive: it was deactivated, and a sign-in neither activates it nor makes another.`,
    record,
  );
