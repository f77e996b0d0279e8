import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { groupRule } from '../support/group-rules.ts';
import { scenario } from '../support/scenario.ts';

async function threeRules(org: Org) {
  const rules = [
    await groupRule(org, { name: 'Sales' }),
    await groupRule(org, { name: 'Service' }),
    await groupRule(org, { name: 'Lab' }),
  ];
  return { run: org.run, rules, ids: rules.map(({ id }) => id) };
}

const ids = (rules: { id: string }[]) => rules.map(({ id }) => id);

export default [
  scenario('list_group_rules', {
    name: 'lists the rules over two pages',
    async arrange(org) {
      const world = await threeRules(org);
      await org.pagesOf(2);
      return world;
    },
    input: ({ run }) => ({ search: run }),
    check: (output, world) => expect(ids(output)).toEqual(world.ids),
  }),
  scenario('list_group_rules', {
    name: 'lists the rules with a keyword and the names of their groups',
    arrange: threeRules,
    input: ({ run }) => ({ search: `lab rule ${run}`, includeGroupNames: true }),
    check(output, { rules }) {
      const { id, group } = rules[2] as (typeof rules)[number];
      expect(output).toMatchObject([
        { id, _embedded: { groupIdToGroupNameMap: { [group.id]: group.name } } },
      ]);
    },
  }),
  scenario('list_group_rules', {
    name: 'lists the first rule',
    arrange: threeRules,
    input: ({ run }) => ({ search: run, limit: 1 }),
    check: (output, world) => expect(ids(output)).toEqual(world.ids.slice(0, 1)),
  }),
];
