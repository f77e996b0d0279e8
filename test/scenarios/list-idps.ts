import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { provider } from '../support/federation.ts';
import { scenario } from '../support/scenario.ts';

async function threeProviders(org: Org) {
  const made = [
    await provider(org, 'Partner login'),
    await provider(org, 'Supplier login', 'OIDC'),
    await provider(org, 'Factory login'),
  ];
  return made.map(({ name }) => name as string);
}

const namesOf = (providers: readonly { name: string }[]) => providers.map(({ name }) => name);

export default [
  scenario('list_idps', {
    name: 'lists all identity providers over two pages',
    async arrange(org) {
      const names = await threeProviders(org);
      await org.pagesOf(2);
      return names;
    },
    input: () => ({}),
    check: (output, names) => expect(namesOf(output)).toEqual(names),
  }),
  scenario('list_idps', {
    name: 'finds those of a type by a part of the name, over two pages, whose links to themselves lack both',
    async arrange(org) {
      const names = await threeProviders(org);
      await org.pagesOf(1);
      return names;
    },
    input: () => ({ quickSearch: 'login', type: 'SAML2' }),
    check: (output, names) => expect(namesOf(output)).toEqual([names[0], names[2]]),
  }),
  scenario('list_idps', {
    name: 'lists the first that has a text in its name',
    arrange: threeProviders,
    input: () => ({ quickSearch: 'SUPPLIER', limit: 1 }),
    check: (output, names) => expect(namesOf(output)).toEqual([names[1]]),
  }),
  scenario('list_idps', {
    name: 'lists those of a type',
    arrange: threeProviders,
    input: () => ({ type: 'OIDC' }),
    check: (output, names) => expect(namesOf(output)).toEqual([names[1]]),
  }),
];
