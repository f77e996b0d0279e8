import { z } from 'zod';
import { field, present, timestamp } from '../../schema/fields.ts';

/** A device as Okta returns it. */
export const deviceSchema = z.looseObject({
  id: field(z.string(), 'Device ID', 'Unique id.', 'guo1abcdefghijklmnop'),
  status: present(field(z.string(), 'Status', 'ACTIVE, SUSPENDED, DEACTIVATED or CREATED.', 'ACTIVE')),
  created: timestamp('Created'),
  lastUpdated: timestamp('Last updated'),
  profile: present(
    field(
      z.looseObject({
        displayName: z.string().optional(),
        platform: z.string().optional(),
        serialNumber: z.string().nullish(),
        osVersion: z.string().nullish(),
      }),
      'Profile',
      'Name, platform, model, serial number and what Okta knows of its security.',
      { displayName: 'ACME-MAC-1', platform: 'MACOS', serialNumber: 'C02X1ABC', osVersion: '15.6.1' },
    ),
  ),
});

/** A device with invented data, for samples. */
export const deviceSample = {
  id: 'guo1abcdefghijklmnop',
  status: 'ACTIVE',
  created: '2026-01-02T03:04:05.000Z',
  lastUpdated: '2026-01-02T03:04:05.000Z',
  profile: { displayName: 'ACME-MAC-1', platform: 'MACOS', serialNumber: 'C02X1ABC', osVersion: '15.6.1' },
};
