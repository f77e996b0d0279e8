import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { seededDevice } from '../support/devices.ts';
import { scenario } from '../support/scenario.ts';

const seeded = (org: Org) => seededDevice(org, 'ACME-MAC-1');

export default [
  scenario('list_devices', {
    name: 'finds active devices, over two pages',
    async arrange(org) {
      await seeded(org);
      await org.pagesOf(1);
    },
    input: () => ({ search: 'status eq "ACTIVE"' }),
    check: (output) =>
      expect(output.map(({ profile }) => profile.displayName)).toEqual(["Alex's iPhone", 'ACME-MAC-1']),
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
