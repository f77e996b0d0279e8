import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { userType, userTypeSchema } from '../../resources/user-type/resource.ts';
import { limit } from '../../schema/fields.ts';

export const listUserTypes = defineAction({
  key: 'list_user_types',
  resource: userType,
  title: 'List user types',
  description: 'Lists the user types of the org; exactly one is the default. Each has attributes of its own.',
  docsUrl: docsOf('UserType', 'listUserTypes'),
  scopes: ['okta.userTypes.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({ limit }),
  output: z.array(userTypeSchema),
  request: { method: 'GET', path: '/api/v1/meta/types/user', pageSize: 0 },
  sample: {
    input: {},
    output: [
      {
        ...{ id: 'oty1abcdefghijklmnop', name: 'contractor', displayName: 'Contractor', default: false },
        ...{ created: '2026-01-02T03:04:05.000Z', lastUpdated: '2026-01-02T03:04:05.000Z' },
      },
    ],
  },
});
