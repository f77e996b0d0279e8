import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { pushed } from '../support/pushed-group.ts';
import { scenario } from '../support/scenario.ts';

async function twoPushed(org: Org) {
  const first = await pushed(org, 'Field sales');
  await org.control('POST', '/clock', { advanceMs: 60_000 });
  return { first, second: await pushed(org, 'Field service', 'INACTIVE') };
}

const ids = (mappings: { id: string }[]) => mappings.map(({ id }) => id);

export default [
  scenario('list_group_push_mappings', {
    name: 'lists the groups that are pushed to an app, over two pages',
    async arrange(org) {
      const world = await twoPushed(org);
      await org.pagesOf(1);
      return world;
    },
    input: ({ first }) => ({ appId: first.appId }),
    check: (output, { first, second }) => expect(ids(output)).toEqual([first.id, second.id]),
  }),
  scenario('list_group_push_mappings', {
    name: 'finds the mapping of a group by name',
    arrange: twoPushed,
    input: ({ second }) => ({ appId: 'Acme CRM', sourceGroupId: second.group }),
    check: (output, { second }) => expect(ids(output)).toEqual([second.id]),
  }),
  scenario('list_group_push_mappings', {
    name: 'finds mappings by status',
    arrange: twoPushed,
    input: ({ first }) => ({ appId: first.appId, status: 'INACTIVE' }),
    check: (output, { second }) => expect(ids(output)).toEqual([second.id]),
  }),
  scenario('list_group_push_mappings', {
    name: 'finds mappings that were updated since a time',
    arrange: twoPushed,
    input: ({ second }) => ({ appId: second.appId, lastUpdated: second.created }),
    check: (output, { second }) => expect(ids(output)).toEqual([second.id]),
  }),
  scenario('list_group_push_mappings', {
    name: 'lists the first mapping',
    arrange: twoPushed,
    input: ({ first }) => ({ appId: first.appId, limit: 1 }),
    check: (output, { first }) => expect(ids(output)).toEqual([first.id]),
  }),
];
