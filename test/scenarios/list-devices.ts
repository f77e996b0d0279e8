import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { seededDevice } from '../support/devices.ts';
import { scenario } from '../support/scenario.ts';

const seeded = (org: Org) => seededDevice(org, 'ACME-MAC-1');

export default [
  scenario('list_devices', {
    name: 'finds devices by their name, over two pages',
    async arrange(org) {
      await seeded(org);
      await org.pagesOf(1);
    },
    input: () => ({ search: 'profile.displayName sw "ACME"' }),
    check: (output) =>
      expect(output.map(({ profile }) => profile.displayName)).toEqual(['ACME-MAC-1', 'ACME-WIN-1']),
  }),
  scenario('list_devices', {
    name: 'lists the first device with its users',
    arrange: seeded,
    input: () => ({ expand: 'userSummary' as const, limit: 1 }),
    check: (output) =>
      expect(output).toMatchObject([
        { _embedded: { users: [{ user: { profile: { firstName: 'Alex' } } }] } },
      ]),
  }),
];
