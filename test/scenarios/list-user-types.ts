import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

/** The default type is there already. */
const another = (org: Org) =>
  org.api('POST', '/api/v1/meta/types/user', { name: `partner_${org.run}`, displayName: 'Partner' });

export default [
  scenario('list_user_types', {
    name: 'lists the default type and another one, over all pages',
    async arrange(org) {
      const type = await another(org);
      await org.pagesOf(2);
      return type;
    },
    input: () => ({}),
    check(output, type) {
      expect(output.filter((one) => one.default)).toHaveLength(1);
      expect(output).toContainEqual(type);
    },
  }),
  scenario('list_user_types', {
    name: 'lists the first type',
    arrange: another,
    input: () => ({ limit: 1 }),
    check: (output) => expect(output).toHaveLength(1),
  }),
];
