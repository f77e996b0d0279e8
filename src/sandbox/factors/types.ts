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
  /** What the log calls it. */
  name: string;
}

const okta = ['OKTA'];

/** The types that can be enrolled, by Okta's `factorType`. */
export const factorTypes: Readonly<Record<string, FactorType>> = {
  call: { prefix: 'clf', providers: okta, sendsTo: 'phoneNumber', tooSoon: 'E0000133', name: 'Phone' },
  email: { prefix: 'emf', providers: okta, sendsTo: 'email', tooSoon: 'E0000118', name: 'Email' },
  push: { prefix: 'opf', providers: okta, name: 'Okta Verify' },
  question: { prefix: 'ufs', providers: okta, ready: true, name: 'Security Question' },
  sms: { prefix: 'mbl', providers: okta, sendsTo: 'phoneNumber', tooSoon: 'E0000109', name: 'Phone' },
  token: { prefix: 'rsa', providers: ['RSA', 'SYMANTEC'], ready: true, name: 'RSA SecurID' },
  'token:hardware': { prefix: 'ykf', providers: ['YUBICO'], ready: true, name: 'YubiKey OTP' },
  'token:hotp': { prefix: 'chf', providers: ['CUSTOM'], ready: true, name: 'Custom OTP' },
  'token:software:totp': { prefix: 'ost', providers: ['OKTA', 'GOOGLE'], name: 'Authenticator app' },
  u2f: { prefix: 'fuf', providers: ['FIDO'], name: 'Security Key' },
  webauthn: { prefix: 'fwf', providers: ['FIDO'], name: 'Security Key or Biometric' },
};
