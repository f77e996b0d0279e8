import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

const office = (org: Org) =>
  org.api('POST', '/api/v1/zones', {
    ...{ type: 'IP', name: `Old office ${org.run}`, gateways: [{ type: 'CIDR', value: '203.0.113.0/24' }] },
  });

export default [
  scenario('delete_zone', {
    name: 'deactivates and deletes a zone by its name, on the second page of zones',
    async arrange(org) {
      const made = await office(org);
      await org.pagesOf(4);
      return made;
    },
    input: ({ name }) => ({ zoneId: name }),
    check: (output, { id }) => expect(output).toEqual({ zoneId: id, changed: true }),
  }),
  scenario('delete_zone', {
    name: 'changes nothing for a zone that is gone',
    async arrange(org) {
      const made = await office(org);
      await org.api('POST', `/api/v1/zones/${made.id}/lifecycle/deactivate`);
      await org.api('DELETE', `/api/v1/zones/${made.id}`);
      return made;
    },
    input: ({ id }) => ({ zoneId: id }),
    check: (output) => expect(output).toMatchObject({ changed: false }),
  }),
];
