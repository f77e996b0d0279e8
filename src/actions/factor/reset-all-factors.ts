import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { changeOutput } from '../../resources/changes.ts';
import { docsOf } from '../../resources/docs.ts';
import { factor } from '../../resources/factor/resource.ts';
import { ref } from '../../resources/reference.ts';
import { user } from '../../resources/user/resource.ts';

export const resetAllFactors = defineAction({
  key: 'reset_all_factors',
  resource: factor,
  title: 'Reset all factors',
  description:
    'Removes all factors of a user, for example after the loss of a phone. The status of the user stays. Identity Engine logs one event for each factor. Okta does not say whether there were any, so changed is always true.',
  docsUrl: docsOf('UserLifecycle', 'resetFactors'),
  scopes: ['okta.users.manage', 'okta.users.read'],
  effect: { kind: 'write', idempotent: true, destructive: true },
  input: z.strictObject({ userId: ref(user) }),
  output: changeOutput({ userId: user }),
  request: { method: 'POST', path: '/api/v1/users/{userId}/lifecycle/reset_factors', already: [] },
  sample: {
    input: { userId: 'ana.ruiz@acme.test' },
    output: { userId: 'ana.ruiz@acme.test', changed: true },
  },
});
