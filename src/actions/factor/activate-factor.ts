import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { needsOf } from '../../resources/answers.ts';
import { docsOf } from '../../resources/docs.ts';
import { factorRef } from '../../resources/factor/reference.ts';
import { factor } from '../../resources/factor/resource.ts';
import { factorSample, factorSchema } from '../../resources/factor/schema.ts';
import { ref } from '../../resources/reference.ts';
import { userRef } from '../../resources/user/reference.ts';
import { user } from '../../resources/user/resource.ts';
import { changed, field, secret } from '../../schema/fields.ts';

const path = '/api/v1/users/{userId}/factors/{factorId}';
const answer = needsOf(factorSchema);

export const activateFactor = defineAction({
  key: 'activate_factor',
  resource: factor,
  title: 'Activate factor',
  description:
    'Completes the enrollment of a factor with the code that the user received or reads in an app. Okta allows five attempts within five minutes. A push factor is activated by the phone of the user.',
  docsUrl: docsOf('UserFactor', 'activateFactor'),
  scopes: ['okta.users.manage', 'okta.users.read'],
  effect: { kind: 'write', idempotent: false, destructive: false },
  input: z.strictObject({
    userId: ref(user),
    factorId: ref(factor),
    passCode: secret(field(z.string().min(1), 'Code', 'The code of the user.', '123456')),
  }),
  output: factorSchema.extend({ changed }),
  calls: [`GET ${path}`, `POST ${path}/lifecycle/activate`],
  async run(context, input) {
    const userId = await userRef(context, input.userId);
    const params = { userId, factorId: await factorRef(context, input.factorId, { userId }) };
    const { json } = await context.call({ method: 'GET', path, params, answer });
    if (json.status === 'ACTIVE') return { ...json, changed: false };
    const body = { passCode: input.passCode };
    const call = { method: 'POST', path: `${path}/lifecycle/activate`, params, body, answer } as const;
    return { ...(await context.call(call)).json, changed: true };
  },
  sample: {
    input: { userId: 'ana.ruiz@acme.test', factorId: 'sms', passCode: '123456' },
    output: { ...factorSample, changed: true },
  },
});
