import { expect } from 'vitest';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('create_realm', {
    name: 'creates a realm for partners',
    arrange: async (org) => `Car Co ${org.run}`,
    input: (name) => ({ profile: { name, realmType: 'PARTNER', domains: ['carco.test'] } }),
    check: (output, name) =>
      expect(output).toMatchObject({
        ...{ isDefault: false, profile: { name, realmType: 'PARTNER', domains: ['carco.test'] } },
      }),
  }),
];
