import { z } from 'zod';
import { field, timestamp } from '../../schema/fields.ts';

/** A signing key of an app, with its certificate, as Okta returns it. */
export const appCertificateSchema = z.looseObject({
  kid: field(
    z.string(),
    'Key',
    'Id of the key: the value of kid elsewhere.',
    'mXtzOtml09Dg1ZCeKxTRBo3KrQuBWFkJ5oxhVagjTzo',
  ),
  created: timestamp('Created'),
  expiresAt: timestamp('Expires'),
  x5c: field(z.array(z.string()).optional(), 'Certificates', 'Base64 without line breaks.', [
    'MIIDqjCCApKgAwIBAgIGAZd5',
  ]),
  'x5t#S256': field(
    z.string().optional(),
    'Fingerprint',
    'SHA-256 of the certificate.',
    '5GOpy9CQVtfvBmu2T8BHvpKE4OGtC3BuS046t7p9pps',
  ),
});

/** A key with invented data, for samples. */
export const appCertificateSample = {
  kid: 'mXtzOtml09Dg1ZCeKxTRBo3KrQuBWFkJ5oxhVagjTzo',
  ...{ kty: 'RSA', use: 'sig', e: 'AQAB', n: 'kCedilr7fg63iG7YeiSa1nLTpCS9lBsCBH4Z' },
  created: '2026-01-02T03:04:05.000Z',
  lastUpdated: '2026-01-02T03:04:05.000Z',
  expiresAt: '2028-01-02T03:04:05.000Z',
  x5c: ['MIIDqjCCApKgAwIBAgIGAZd5'],
  'x5t#S256': '5GOpy9CQVtfvBmu2T8BHvpKE4OGtC3BuS046t7p9pps',
};
