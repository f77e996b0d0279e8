import type { MappingInput } from '../../../src/sync/mapping/schema.ts';

const rules: MappingInput = {
  rules: [
    { group: 'Sales', assign: { role: 'Agent' } },
    { group: { matches: '^Team (.+)$' }, assign: { team: '$1' } },
    { group: 'Contractors', active: false },
  ],
  defaults: { role: 'User' },
};

/** What is mirrored, a kind a seed. `groups` and `app` name what must not be deleted, as it is the scope. */
export const MAPPINGS: { mapping: MappingInput; groups?: string[]; app?: string }[] = [
  { mapping: {} },
  { mapping: rules },
  { mapping: { ...rules, groups: { include: [{ matches: '^(Team|Sales)' }] } } },
  {
    mapping: { ...rules, scope: { groups: ['Engineering', 'Finance'] } },
    groups: ['Engineering', 'Finance'],
  },
  { mapping: { ...rules, scope: { app: 'Acme CRM' } }, app: 'Acme CRM' },
  {
    mapping: {
      profiles: [
        { name: 'agents', when: { groups: ['Support'] }, fields: { kind: { value: 'agent' } } },
        { name: 'people' },
      ],
    },
  },
];
