import { defineResource } from '../../define.ts';
import { collect } from '../collect.ts';
import { policiesOfAllTypes, policyIdOf } from './reference.ts';
import { policySchema } from './schema.ts';

/** Decides how users sign in, enroll or recover. */
export const policy = defineResource({
  key: 'policy',
  title: 'Policy',
  job: 'rules',
  scopes: ['okta.policies.read'],
  schema: policySchema,
  one: '/api/v1/policies/{policyId}',
  logged: ['PolicyEntity', 'Policy'],
  names: {
    words: 'Id or exact name',
    example: '00p1abcdefghijklmnop',
    handle: 'Contractors',
    calls: ['GET /api/v1/policies'],
    resolve: policyIdOf,
  },
  choices: {
    key: 'policies',
    title: 'Policies',
    async load(context, { search = '' }) {
      const all = await collect(policiesOfAllTypes(context));
      const items = all.map(({ id, name, type }) => ({ value: id, label: `${name} (${type})` }));
      return { items: items.filter(({ label }) => label.toLowerCase().includes(search.toLowerCase())) };
    },
  },
});
