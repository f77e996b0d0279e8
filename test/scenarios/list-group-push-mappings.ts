import { expect } from 'vitest';
import { newApp } from '../support/app.ts';
import type { Org } from '../support/arrange.ts';
import { pushed } from '../support/pushed-group.ts';
import { scenario } from '../support/scenario.ts';

/** Two groups that are pushed to an app; the mapping of the first is from long ago. */
async function twoPushed(org: Org) {
  const app = await newApp(org);
  const first = { id: `gPm0${org.run.padEnd(16, '0')}` };
  const [source, target] = [await org.group('Field sales'), await org.group('CRM sellers')];
  await org.control('PUT', '/objects', {
    path: `/api/v1/apps/${app.id}/group-push/mappings/${first.id}`,
    body: {
      ...{ sourceGroupId: source.id, targetGroupId: target.id, status: 'ACTIVE' },
      ...{ created: '2025-01-02T03:04:05Z', lastUpdated: '2025-01-02T03:04:05Z' },
    },
  });
  return { app, first, second: await pushed(org, app, 'Field service', 'INACTIVE') };
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
    input: ({ app }) => ({ appId: app.id }),
    check: (output, { first, second }) => expect(ids(output)).toEqual([first.id, second.id]),
  }),
  scenario('list_group_push_mappings', {
    name: 'finds the mapping of a group by name',
    arrange: twoPushed,
    input: ({ app, second }) => ({ appId: app.label, sourceGroupId: second.group }),
    check: (output, { second }) => expect(ids(output)).toEqual([second.id]),
  }),
  scenario('list_group_push_mappings', {
    name: 'finds mappings by status',
    arrange: twoPushed,
    input: ({ app }) => ({ appId: app.id, status: 'INACTIVE' }),
    check: (output, { second }) => expect(ids(output)).toEqual([second.id]),
  }),
  scenario('list_group_push_mappings', {
    name: 'finds mappings that were updated since a time',
    arrange: twoPushed,
    input: ({ app, second }) => ({ appId: app.id, lastUpdated: second.created }),
    check: (output, { second }) => expect(ids(output)).toEqual([second.id]),
  }),
  scenario('list_group_push_mappings', {
    name: 'lists the first mapping',
    arrange: twoPushed,
    input: ({ app }) => ({ appId: app.id, limit: 1 }),
    check: (output, { first }) => expect(ids(output)).toEqual([first.id]),
  }),
];
