import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { requestable, requested } from '../support/governance.ts';
import { scenario } from '../support/scenario.ts';

/** Two users with a request each, a minute apart. */
async function twoRequests(org: Org) {
  const { entryId } = await requestable(org);
  const ids: string[] = [];
  const users = [await org.user('ana'), await org.user('eva')];
  for (const { id } of users) {
    ids.push(await requested(org, entryId, id));
    await org.control('POST', '/clock', { advanceMs: 60_000 });
  }
  return { ids, users };
}

export default [
  scenario('list_access_requests', {
    name: 'lists all requests, over several pages, the last one first',
    async arrange(org) {
      const world = await twoRequests(org);
      await org.pagesOf(1);
      return world;
    },
    input: () => ({ orderBy: 'created desc' }),
    check: (output, { ids }) => expect(output.map(({ id }) => id)).toEqual([...ids].reverse()),
  }),
  scenario('list_access_requests', {
    name: 'lists the requests for a user',
    arrange: twoRequests,
    input: ({ users }) => ({ filter: `requestedFor eq "${users[1]?.id}"` }),
    check: (output, { ids }) => expect(output).toMatchObject([{ id: ids[1], status: 'PENDING' }]),
  }),
  scenario('list_access_requests', {
    name: 'lists the first request',
    arrange: twoRequests,
    input: () => ({ limit: 1 }),
    check: (output) => expect(output).toHaveLength(1),
  }),
];
