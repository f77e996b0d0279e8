import type { EventType } from '../system-log/event-types.ts';

/** One type of factor. */
export interface FactorType {
  /** First letters of the ids. */
  prefix: string;
  providers: readonly string[];
  /** It needs no activation. */
  ready?: true;
  /** It works by a code that Okta sends: the member of the profile that says where to. */
  sendsTo?: 'phoneNumber' | 'email';
  /** The error code for sending to one address more than once within 30 seconds. */
  tooSoon?: 'E0000109' | 'E0000118' | 'E0000133';
  /** The event of sending a code. */
  sent?: EventType;
  /** What the log calls it. */
  name: string;
}

const okta = ['OKTA'];
const call = {
  sendsTo: 'phoneNumber',
  tooSoon: 'E0000133',
  sent: 'system.voice.send_mfa_challenge_call',
} as const;
const sms = {
  sendsTo: 'phoneNumber',
  tooSoon: 'E0000109',
  sent: 'system.sms.send_factor_verify_message',
} as const;
const email = {
  sendsTo: 'email',
  tooSoon: 'E0000118',
  sent: 'system.email.send_factor_verify_message',
} as const;

/** The types that can be enrolled, by Okta's `factorType`. */
export const factorTypes: Readonly<Record<string, FactorType>> = {
  call: { prefix: 'clf', providers: okta, ...call, name: 'Phone' },
  email: { prefix: 'emf', providers: okta, ...email, name: 'Email' },
  push: { prefix: 'opf', providers: okta, name: 'Okta Verify' },
  question: { prefix: 'ufs', providers: okta, ready: true, name: 'Security Question' },
  sms: { prefix: 'mbl', providers: okta, ...sms, name: 'Phone' },
  token: { prefix: 'rsa', providers: ['RSA', 'SYMANTEC'], ready: true, name: 'RSA SecurID' },
  'token:hardware': { prefix: 'ykf', providers: ['YUBICO'], ready: true, name: 'YubiKey OTP' },
  'token:hotp': { prefix: 'chf', providers: ['CUSTOM'], ready: true, name: 'Custom OTP' },
  'token:software:totp': { prefix: 'ost', providers: ['OKTA', 'GOOGLE'], name: 'Authenticator app' },
  u2f: { prefix: 'fuf', providers: ['FIDO'], name: 'Security Key' },
  webauthn: { prefix: 'fwf', providers: ['FIDO'], name: 'Security Key or Biometric' },
};
