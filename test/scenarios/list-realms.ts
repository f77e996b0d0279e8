import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

async function twoRealms(org: Org) {
  const names = [`Car Co ${org.run}`, `Boat Co ${org.run}`];
  for (const name of names) await org.api('POST', '/api/v1/realms', { profile: { name } });
  return names;
}

export default [
  scenario('list_realms', {
    name: 'lists all realms, over several pages',
    async arrange(org) {
      const names = await twoRealms(org);
      await org.pagesOf(1);
      return names;
    },
    input: () => ({}),
    check(output, names) {
      expect(output.map(({ profile }) => profile.name)).toEqual(expect.arrayContaining(names));
      expect(output.filter(({ isDefault }) => isDefault)).toHaveLength(1);
    },
  }),
  scenario('list_realms', {
    name: 'lists the realms that an expression selects',
    arrange: twoRealms,
    input: ([name = '']) => ({ search: `profile.name eq "${name}"` }),
    check: (output, [name]) => expect(output.map(({ profile }) => profile.name)).toEqual([name]),
  }),
  scenario('list_realms', {
    name: 'lists the first realm',
    arrange: twoRealms,
    input: () => ({ limit: 1 }),
    check: (output) => expect(output).toHaveLength(1),
  }),
];
