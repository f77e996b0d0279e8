import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

async function twoBrands(org: Org) {
  const names = [`Retail ${org.run}`, `Wholesale ${org.run}`];
  for (const name of names) await org.api('POST', '/api/v1/brands', { name });
  return names;
}

export default [
  scenario('list_brands', {
    name: 'lists all brands, over several pages',
    async arrange(org) {
      const names = await twoBrands(org);
      await org.pagesOf(1);
      return names;
    },
    input: () => ({}),
    check: (output, names) => {
      expect(output.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
      expect(output.filter(({ isDefault }) => isDefault)).toHaveLength(1);
    },
  }),
  scenario('list_brands', {
    name: 'lists the brands whose name contains a text',
    arrange: twoBrands,
    input: ([name = '']) => ({ quickSearch: name }),
    check: (output, [name]) => expect(output.map((one) => one.name)).toEqual([name]),
  }),
  scenario('list_brands', {
    name: 'lists the first brand',
    arrange: twoBrands,
    input: () => ({ limit: 1 }),
    check: (output) => expect(output).toHaveLength(1),
  }),
];
