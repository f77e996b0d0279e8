import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { website } from '../support/origins.ts';
import { scenario } from '../support/scenario.ts';

async function threeWebsites(org: Org) {
  const made = [await website(org, 'Portal'), await website(org, 'Shop'), await website(org, 'Shopping')];
  return made.map(({ id }) => id as string);
}

const idsOf = (origins: readonly { id: string }[]) => origins.map(({ id }) => id);

export default [
  scenario('list_trusted_origins', {
    name: 'lists all trusted origins over two pages',
    async arrange(org) {
      const ids = await threeWebsites(org);
      await org.pagesOf(2);
      return ids;
    },
    input: () => ({}),
    check: (output, ids) => expect(idsOf(output)).toEqual(ids),
  }),
  scenario('list_trusted_origins', {
    name: 'lists the first that has a text in its name or origin',
    arrange: threeWebsites,
    input: () => ({ quickSearch: 'shop', limit: 1 }),
    check: (output, ids) => expect(idsOf(output)).toEqual([ids[1]]),
  }),
];
