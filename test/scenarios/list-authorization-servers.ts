import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { server } from '../support/federation.ts';
import { scenario } from '../support/scenario.ts';

async function twoServers(org: Org) {
  return [await server(org, 'Orders'), await server(org, 'Stock')].map(({ name }) => name as string);
}

const namesOf = (servers: readonly { name: string }[]) => servers.map(({ name }) => name);

export default [
  scenario('list_authorization_servers', {
    name: 'lists all servers over two pages',
    async arrange(org) {
      const names = await twoServers(org);
      await org.pagesOf(2);
      return names;
    },
    input: () => ({}),
    check: (output, names) => expect(namesOf(output)).toEqual(['default', ...names]),
  }),
  scenario('list_authorization_servers', {
    name: 'finds a server by a part of its name',
    arrange: twoServers,
    input: () => ({ quickSearch: 'stock' }),
    check: (output, names) => expect(namesOf(output)).toEqual([names[1]]),
  }),
  scenario('list_authorization_servers', {
    name: 'lists the first server',
    arrange: twoServers,
    input: () => ({ limit: 1 }),
    check: (output) => expect(namesOf(output)).toEqual(['default']),
  }),
];
