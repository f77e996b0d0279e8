import { z } from 'zod';
import { type ActionContext, defineAction } from '../../define.ts';
import { InputError, isOktaError } from '../../errors/errors.ts';
import { acknowledged, needsOf } from '../../resources/answers.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { userRef } from '../../resources/user/reference.ts';
import { user } from '../../resources/user/resource.ts';
import { userSchema } from '../../resources/user/schema.ts';
import { statusChange } from '../../resources/user/status.ts';
import { refuses, writeUser } from '../../resources/user/write.ts';
import { field, secret } from '../../schema/fields.ts';

const path = '/api/v1/users/{userId}';

/** Statuses in which a password cannot expire. */
const CANNOT_EXPIRE = ['STAGED', 'SUSPENDED', 'DEPROVISIONED'];

export const setUserPassword = defineAction({
  key: 'set_user_password',
  resource: user,
  job: 'help',
  title: 'Set user password',
  description:
    'Sets the password of a user as an administrator; with temporary, the user must change it at the next sign-in. The status stays as it is: a staged user must still be activated. Sessions go on: see clear_user_sessions.',
  docsUrl: docsOf('User', 'updateUser'),
  scopes: ['okta.users.manage', 'okta.users.read'],
  // A repeated password may count against the history.
  effect: { kind: 'write', idempotent: false, destructive: false },
  input: z.strictObject({
    userId: ref(user),
    password: secret(
      field(z.string().min(1), 'Password', 'Must meet the password policy of the user.', 'Temp-83x!Q'),
    ),
    temporary: field(
      z.boolean().default(false),
      'Temporary',
      'Let the password expire at once, so that the user must change it at the next sign-in.',
      true,
    ),
    strict: field(z.boolean().optional(), 'Strict', 'Also check password age and history.', true),
  }),
  output: statusChange,
  calls: [`GET ${path}`, `POST ${path}`, `POST ${path}/lifecycle/expire_password`],
  async run(context, { userId: reference, password, temporary, strict }) {
    const params = { userId: await userRef(context, reference) };
    if (temporary) await assertCanExpire(context, params);
    const body = { credentials: { password: { value: password } } };
    const call = { method: 'POST', path, params } as const;
    const { status } = await context
      .step('password set', () => writeUser(context, { ...call, query: { strict }, body }))
      .catch(explain);
    if (!temporary) return { userId: reference, changed: true, status };
    await context.step('password expired', () =>
      context.call({ ...call, path: `${path}/lifecycle/expire_password`, answer: acknowledged }),
    );
    return { userId: reference, changed: true, status: 'PASSWORD_EXPIRED' };
  },
  sample: {
    input: { userId: 'ana.ruiz@acme.test', password: 'Temp-83x!Q', temporary: true },
    output: { userId: 'ana.ruiz@acme.test', changed: true, status: 'PASSWORD_EXPIRED' },
  },
});

/** @throws InputError before anything is changed. */
async function assertCanExpire(context: ActionContext, params: { userId: string }): Promise<void> {
  const { json } = await context.call({ method: 'GET', path, params, answer: needsOf(userSchema) });
  if (!CANNOT_EXPIRE.includes(json.status)) return;
  throw new InputError(`A temporary password is not possible while the user is ${json.status}`, {
    code: 'wrong_state',
    hint: 'Change the status of the user first, or set the password without temporary.',
  });
}

function explain(error: unknown): never {
  const isPolicy =
    isOktaError(error) &&
    (['E0000014', 'E0000080'].includes(error.oktaCode ?? '') ||
      refuses(error, /password.*(requirement|policy|recent|history|common|breach)/i));
  if (!isPolicy) throw error;
  throw error.with({
    message: `The password policy of the org refuses this password: ${error.causes.join('; ') || error.message}`,
    code: 'validation_failed',
    hint: 'Choose another password; the causes say what the policy asks for.',
  });
}
