import { expect } from 'vitest';
import { enrolled, QUESTION, SMS } from '../support/factors.ts';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('enroll_factor', {
    name: 'enrolls a phone, which waits for the code in the message',
    arrange: (org) => org.user('ana'),
    input: ({ login }) => ({
      ...{ userId: login, factorType: 'sms', profile: SMS.profile },
      ...{ templateId: 'cst1abcdefghijklmnop', tokenLifetimeSeconds: 600 },
    }),
    check: (output) => expect(output).toMatchObject({ status: 'PENDING_ACTIVATION', profile: SMS.profile }),
  }),
  scenario('enroll_factor', {
    name: 'activates a phone at once',
    arrange: (org) => org.user('ana'),
    input: ({ id }) => ({ userId: id, factorType: 'sms', profile: SMS.profile, activate: true }),
    check: (output) => expect(output.status).toBe('ACTIVE'),
  }),
  scenario('enroll_factor', {
    name: 'replaces the number of a phone that waits',
    async arrange(org) {
      const user = await org.user('ana');
      await enrolled(org, user, SMS);
      return user;
    },
    input: ({ id }) => ({
      ...{ userId: id, factorType: 'sms', updatePhone: true, profile: { phoneNumber: '+15554151338' } },
    }),
    check: (output) => expect(output.profile).toEqual({ phoneNumber: '+15554151338' }),
  }),
  scenario('enroll_factor', {
    name: 'enrolls a security question',
    arrange: (org) => org.user('ana'),
    input: ({ id }) => ({ userId: id, factorType: 'question', profile: QUESTION.profile }),
    check: (output) =>
      expect(output).toMatchObject({ status: 'ACTIVE', profile: { question: 'disliked_food' } }),
  }),
  scenario('enroll_factor', {
    name: 'gives the secret for an authenticator app',
    arrange: (org) => org.user('ana'),
    input: ({ id }) => ({ userId: id, factorType: 'token:software:totp', provider: 'GOOGLE' }),
    check: (output) =>
      expect(output._embedded?.activation).toMatchObject({
        sharedSecret: expect.stringMatching(/^[A-Z2-7]{16}$/),
        _links: { qrcode: { href: expect.stringContaining('/qr/') } },
      }),
  }),
  scenario('enroll_factor', {
    name: 'enrolls a hardware token with the code that it shows',
    arrange: (org) => org.user('ana'),
    input: ({ id }) => ({
      ...{ userId: id, factorType: 'token:hardware' },
      verify: { passCode: 'cccccceukngdfgkukfctkcvfidnetljjiknckkcjulji' },
    }),
    check: (output) => expect(output).toMatchObject({ provider: 'YUBICO', status: 'ACTIVE' }),
  }),
  scenario('enroll_factor', {
    name: 'enrolls a custom token of a factor profile',
    arrange: (org) => org.user('ana'),
    input: ({ id }) => ({
      ...{ userId: id, factorType: 'token:hotp' },
      ...{ factorProfileId: 'fpr20l2mDyaUGWGCa0g4', profile: { sharedSecret: '484f97be3213b117' } },
    }),
    check: (output) => expect(output).toMatchObject({ factorType: 'token:hotp', status: 'ACTIVE' }),
  }),
];
