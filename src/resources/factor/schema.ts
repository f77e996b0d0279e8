import { z } from 'zod';
import { field, present, secret, timestamp } from '../../schema/fields.ts';

/** Types of factors that Okta lists; `signed_nonce` is Okta FastPass. */
export const FACTOR_TYPES = [
  ...['call', 'email', 'push', 'question', 'signed_nonce', 'sms', 'token', 'token:hardware'],
  ...['token:hotp', 'token:software:totp', 'u2f', 'web', 'webauthn'],
] as const;

const link = z.looseObject({ href: secret(z.string().optional()) });

/** A factor as Okta returns it. */
export const factorSchema = z.looseObject({
  id: field(z.string(), 'Factor ID', 'Unique id.', 'opf1abcdefghijklmnop'),
  factorType: field(z.string(), 'Type', 'What kind of factor it is.', 'push'),
  provider: field(z.string(), 'Provider', 'Who verifies it.', 'OKTA'),
  vendorName: field(z.string().nullish(), 'Vendor', 'Usually the same as the provider.', 'OKTA'),
  status: present(
    field(z.string(), 'Status', 'ACTIVE, PENDING_ACTIVATION, EXPIRED, INACTIVE and others.', 'ACTIVE'),
  ),
  created: timestamp('Created'),
  lastUpdated: timestamp('Last updated'),
  profile: field(
    z.record(z.string(), z.unknown()).nullish(),
    'Profile',
    'Depends on the type: phone number, e-mail address, device, question.',
    { credentialId: 'ana.ruiz@acme.test', name: 'iPhone', platform: 'IOS' },
  ),
  _embedded: field(
    z
      .looseObject({
        activation: field(
          z
            .looseObject({
              sharedSecret: secret(
                field(z.string().optional(), 'Shared secret', 'For the authenticator app of the user.'),
              ),
              _links: field(
                z.looseObject({ qrcode: link.optional(), send: z.array(link).optional() }).optional(),
                'Links',
                'The QR code, and where to send an activation link.',
              ),
            })
            .optional(),
          'Activation',
          'What the app or browser of the user needs; present until the factor is active.',
        ),
      })
      .optional(),
    'Embedded',
    'What belongs to the factor.',
  ),
});

/** A factor with invented data, for samples. */
export const factorSample = {
  id: 'opf1abcdefghijklmnop',
  factorType: 'push',
  provider: 'OKTA',
  vendorName: 'OKTA',
  status: 'ACTIVE',
  created: '2026-01-02T03:04:05.000Z',
  lastUpdated: '2026-01-02T03:04:05.000Z',
  profile: { credentialId: 'ana.ruiz@acme.test', name: 'iPhone', platform: 'IOS' },
};
