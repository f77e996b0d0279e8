import { describe, expect, it } from 'vitest';
import {
  decideSignIn,
  type SignInIdentity,
  type SignInRecord,
  type SignInRules,
} from '../../src/sso/sign-in/decision.ts';

const ANA: SignInIdentity = {
  ...{ issuer: 'https://acme.okta.com', subject: '00u1', email: 'ana@acme.test', emailVerified: true },
  claims: {},
};
const USERS: SignInRules = { audience: 'users', provisioning: true };
const LINK = { issuer: ANA.issuer, subject: ANA.subject };
const user = (id: string, more: Partial<SignInRecord> = {}): SignInRecord => ({ id, kind: 'user', ...more });
const decide = (
  records: SignInRecord[],
  more: Partial<SignInIdentity> = {},
  rules: Partial<SignInRules> = {},
) => decideSignIn({ ...ANA, ...more }, records, { ...USERS, ...rules });

describe('decideSignIn', () => {
  it('updates the account with the key, whatever its e-mail address', () => {
    const record = user('1', { ...LINK, email: 'old@acme.test' });
    expect(decide([user('2'), record], { email: undefined })).toEqual({
      ...{ decision: 'update', record, reason: 'The user 1 is linked with this sign-in.' },
    });
  });

  it('says that the e-mail address of a linked account must not become that of another', () => {
    const [record, other] = [user('1', LINK), user('2', { email: 'ana@acme.test' })];
    expect(decide([record, other])).toMatchObject({
      ...{ decision: 'update', record, records: [record, other] },
      reason: expect.stringContaining('The user 2 has the same'),
    });
  });

  it('takes the key as text: another issuer or another case of an id is another key', () => {
    for (const key of [
      { ...LINK, issuer: `${ANA.issuer}/` },
      { ...LINK, subject: '00U1' },
      { subject: '00u1' },
    ]) {
      expect(decide([user('1', key)]).decision).toBe('create');
    }
  });

  it('links an account with the same e-mail address only where it is verified', () => {
    const record = user('1', { email: 'ana@acme.test' });
    expect(decide([record])).toMatchObject({ decision: 'link', record });
    for (const emailVerified of [false, undefined]) {
      expect(decide([record], { emailVerified })).toMatchObject({
        ...{ decision: 'deny', record, reason: expect.stringContaining('does not say that it is verified') },
      });
    }
  });

  it('does not hand the account of one person to another who has the address now', () => {
    const record = user('1', { email: 'ana@acme.test', issuer: ANA.issuer, subject: '00u2' });
    expect(decide([record])).toMatchObject({
      ...{ decision: 'conflict', records: [record], reason: expect.stringContaining('passed on') },
    });
    // The org has a custom domain now, and with it another issuer.
    const moved = user('1', { ...LINK, email: 'ana@acme.test', issuer: 'https://id.acme.test' });
    expect(decide([moved])).toMatchObject({ decision: 'link', record: moved });
  });

  it('OD-7 names both accounts when a user and a customer share the e-mail address', () => {
    const records: SignInRecord[] = [
      user('1', { email: 'ana@acme.test' }),
      { id: '2', kind: 'customer', email: 'ANA@acme.test' },
    ];
    for (const audience of ['users', 'customers'] as const) {
      const decided = decide(records, {}, { audience });
      expect(decided).toMatchObject({ decision: 'conflict', records });
      expect(decided.reason).toContain('The user 1 and the customer 2 have the same e-mail address');
    }
  });

  it('OD-7 is a conflict too when the only account is of the other kind, linked or not', () => {
    for (const key of [{ email: 'ana@acme.test' }, LINK]) {
      const record = user('1', key);
      expect(decide([record], {}, { audience: 'customers' })).toMatchObject({
        ...{ decision: 'conflict', records: [record] },
        reason: expect.stringContaining('The user 1 belongs to this person, but customers sign in here'),
      });
    }
  });

  it('OD-13 makes an account at the first sign-in only where that is switched on', () => {
    expect(decide([user('1', { email: 'bob@acme.test' })])).toMatchObject({ decision: 'create' });
    expect(decide([], {}, { provisioning: false })).toMatchObject({
      ...{ decision: 'deny', reason: expect.stringContaining('not made at the first sign-in') },
    });
  });

  it('makes none without an e-mail address, and matches no empty one', () => {
    for (const email of [undefined, '']) {
      expect(decide([user('1', { email: '' }), user('2')], { email })).toMatchObject({
        ...{ decision: 'deny', reason: expect.stringContaining('without an e-mail address') },
      });
    }
  });

  it('sso-field 19 compares e-mail addresses without case, and two hits are a conflict', () => {
    const record = user('1', { email: ' Ana@ACME.test' });
    expect(decide([record])).toMatchObject({ decision: 'link', record });
    const records = [record, user('2', { email: 'ana@acme.test' })];
    expect(decide(records)).toMatchObject({ decision: 'conflict', records });
  });

  it('sso-field 19 finds the account when the provider changes the case of an address that is the subject', () => {
    const record = user('1', { issuer: 'http://idp', subject: 'ana@acme.test' });
    const saml = { issuer: 'http://idp', subject: 'Ana@acme.test' };
    const anyCase = { ignoreCaseOfSubject: true };
    expect(decide([record], saml, anyCase)).toMatchObject({ decision: 'update', record });
    const twins = [record, user('2', { issuer: 'http://idp', subject: 'ANA@acme.test' })];
    expect(decide(twins, saml, anyCase)).toMatchObject({ decision: 'conflict', records: twins });
    expect(decide(twins, { ...saml, subject: 'ANA@acme.test' }, anyCase)).toMatchObject({ record: twins[1] });
    // In OpenID Connect, that is another person.
    expect(decide([record], saml).decision).toBe('create');
  });

  it('sso-field 19 compares letters without case only where both cases agree', () => {
    for (const [email, other] of [
      ['mike@acme.test', 'mi\u212ae@acme.test'],
      ['mike@acme.test', 'm\u0131ke@acme.test'],
    ] as const) {
      expect(decide([user('1', { email })], { email: other }).decision).toBe('create');
    }
    expect(decide([user('1', { email: 'ÄNNE@acme.test' })], { email: 'änne@acme.test' }).decision).toBe(
      'link',
    );
  });

  it('two accounts with the same key are a conflict', () => {
    const records = [user('1', LINK), user('2', LINK)];
    expect(decide(records)).toMatchObject({ decision: 'conflict', records });
  });

  it('sso-field 23 an inactive account is neither activated nor made again', () => {
    for (const key of [LINK, { email: 'ana@acme.test' }]) {
      const record = user('1', { ...key, active: false });
      expect(decide([record])).toMatchObject({
        ...{ decision: 'deny', record, reason: expect.stringContaining('The user 1 is inactive') },
      });
    }
  });

  it('sso-field 24 makes no twin of an account that provisioning made from the user name', () => {
    const record = user('1', { email: 'ana.ruiz@acme.test' });
    const decided = decide([record], { claims: { preferred_username: 'Ana.Ruiz@acme.test' } });
    expect(decided).toMatchObject({ decision: 'conflict', records: [record] });
    expect(decided.reason).toContain('would be a twin');
    expect(decide([record], { claims: { preferred_username: 'aruiz' } }).decision).toBe('create');
  });
});
