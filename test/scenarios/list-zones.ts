import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

async function twoZones(org: Org) {
  const names = ['Head office', 'Warehouse'].map((name) => `${name} ${org.run}`);
  const gateways = [{ type: 'CIDR', value: '203.0.113.0/24' }];
  for (const name of names) await org.api('POST', '/api/v1/zones', { type: 'IP', name, gateways });
  return names;
}

export default [
  scenario('list_zones', {
    name: 'lists the zones of the org, over all pages',
    async arrange(org) {
      const names = await twoZones(org);
      await org.pagesOf(3);
      return names;
    },
    input: () => ({}),
    check: (output, names) => expect(output.map(({ name }) => name)).toEqual(expect.arrayContaining(names)),
  }),
  scenario('list_zones', {
    name: 'lists the first of the zones that Okta did not make',
    arrange: twoZones,
    input: () => ({ filter: 'system eq false', limit: 1 }),
    check: (output, [first]) => expect(output).toMatchObject([{ name: first, system: false }]),
  }),
];
