import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { directory } from '../../resources/directory/resource.ts';
import { docsOf } from '../../resources/docs.ts';
import { refs } from '../../resources/reference.ts';
import { user } from '../../resources/user/resource.ts';
import { field } from '../../schema/fields.ts';
import { mappedPerson, mappedRow, mappingField, missList, PEOPLE_CALLS } from '../../sync/fields.ts';

export const previewSync = defineAction({
  key: 'preview_sync',
  resource: directory,
  noun: 'sync',
  title: 'Preview sync',
  description:
    'Shows what a mapping makes of some people: their rows, names that a table lacks, fields that stay empty, and who would be skipped. Nothing is kept or sent on.',
  docsUrl: docsOf('User', 'listUsers'),
  scopes: ['okta.users.read', 'okta.groups.read', 'okta.apps.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({
    mapping: mappingField,
    userIds: refs(
      user,
      field(
        z.array(z.string().min(1)).min(1).max(50).optional(),
        'Users',
        'Ids or logins of the people to show; if left out, the first ones of the scope.',
        ['ana.ruiz@acme.test'],
      ),
    ),
    limit: field(z.int().min(1).max(50).default(5), 'Limit', 'How many of the first people to show.', 5),
  }),
  output: z.looseObject({
    rows: field(z.array(mappedRow.extend(mappedPerson)), 'Rows', 'The mapped users.', [
      {
        ...{ id: '00u1abcdefghijklmnop', login: 'ana.ruiz@acme.test', groups: ['Service Desk'] },
        ...{ profile: 'agents', active: true, fields: { emailaddress: 'ana.ruiz@acme.test' } },
        assignments: [{ type: 'role', value: 'Agent' }],
      },
    ]),
    leftOut: field(
      z.array(z.looseObject(mappedPerson)),
      'Left out',
      'Users whom the mapping leaves out.',
      [],
    ),
    errors: field(
      z.array(
        z.looseObject({
          ...mappedPerson,
          field: z.string().optional(),
          rule: z.string(),
          message: z.string(),
        }),
      ),
      'Errors',
      'Users who would be skipped: the field, the rule that it breaks, and why.',
      [],
    ),
    misses: missList,
    empty: field(z.array(z.string()), 'Empty', 'Fields that none of these people has a value for.', [
      'manager',
    ]),
  }),
  calls: PEOPLE_CALLS,
  async run(context, { mapping, ...whom }) {
    const { previewPeople } = await import('../../sync/preview.ts');
    return previewPeople(context, mapping, whom);
  },
  sample: {
    input: { limit: 3, mapping: { rules: [{ group: 'Service Desk', assign: { role: 'Agent' } }] } },
    output: {
      rows: [
        {
          ...{
            id: '00u1abcdefghijklmnop',
            login: 'ana.ruiz@acme.test',
            groups: ['Service Desk'],
            active: true,
          },
          fields: { login: 'ana.ruiz@acme.test', firstName: 'Ana' },
          assignments: [{ type: 'role', value: 'Agent' }],
        },
      ],
      ...{ leftOut: [], errors: [], misses: [], empty: ['manager'] },
    },
  },
});
