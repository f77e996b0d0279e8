import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { factor } from '../../resources/factor/resource.ts';
import { factorSample, factorSchema } from '../../resources/factor/schema.ts';
import { ref } from '../../resources/reference.ts';
import { user } from '../../resources/user/resource.ts';
import { limit } from '../../schema/fields.ts';

export const listUserFactors = defineAction({
  key: 'list_user_factors',
  resource: factor,
  title: 'List user factors',
  description:
    'Lists the factors that a user enrolled, with their status. Okta omits those that the enrollment policy of the user disables, and listed Okta FastPass (signed_nonce) only from release 2026.04 on.',
  docsUrl: docsOf('UserFactor', 'listFactors'),
  scopes: ['okta.users.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({ userId: ref(user), limit }),
  output: z.array(factorSchema),
  request: { method: 'GET', path: '/api/v1/users/{userId}/factors', pageSize: 0 },
  sample: { input: { userId: 'ana.ruiz@acme.test' }, output: [factorSample] },
});
