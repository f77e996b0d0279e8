import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { passwordPolicy } from '../support/policies.ts';
import { scenario } from '../support/scenario.ts';

const namesOf = (policies: readonly { name: string }[]) => policies.map(({ name }) => name);

async function threePolicies(org: Org) {
  const added = [
    await passwordPolicy(org, 'Contractors'),
    await passwordPolicy(org, 'Interns', false),
    await passwordPolicy(org, 'Contractors abroad'),
  ];
  return namesOf(added);
}

export default [
  scenario('list_policies', {
    name: 'lists the policies of a type in their order over several pages',
    async arrange(org) {
      const names = await threePolicies(org);
      await org.pagesOf(2);
      return names;
    },
    input: () => ({ type: 'PASSWORD' }),
    check: (output, names) => expect(namesOf(output)).toEqual([...names, 'Default Policy']),
  }),
  scenario('list_policies', {
    name: 'lists inactive policies only',
    arrange: threePolicies,
    input: () => ({ type: 'PASSWORD', status: 'INACTIVE' }),
    check: (output, names) => expect(namesOf(output)).toEqual([names[1]]),
  }),
  scenario('list_policies', {
    name: 'lists the first policy whose name starts with a text',
    arrange: threePolicies,
    input: () => ({ type: 'PASSWORD', quickSearch: 'contr', limit: 1 }),
    check: (output, names) => expect(namesOf(output)).toEqual([names[0]]),
  }),
  scenario('list_policies', {
    name: 'lists a policy that every org has',
    arrange: async () => undefined,
    input: () => ({ type: 'ACCESS_POLICY' }),
    check: (output) => expect(namesOf(output)).toContain('Any two factors'),
  }),
];
