import { z } from 'zod';
import { type ActionContext, defineAction } from '../../define.ts';
import { isOktaError, OktaError } from '../../errors/errors.ts';
import { acknowledged, identified, needsOf } from '../../resources/answers.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { userRef } from '../../resources/user/reference.ts';
import { user } from '../../resources/user/resource.ts';
import { userSchema } from '../../resources/user/schema.ts';
import { changeStatus, waitForStatus } from '../../resources/user/status.ts';
import { changed, field } from '../../schema/fields.ts';
import { labelled } from '../../schema/labels.ts';

const WAIT_MS = 120_000;
const path = '/api/v1/users/{userId}';

export const deleteUser = defineAction({
  key: 'delete_user',
  resource: user,
  job: 'leave',
  title: 'Delete user',
  description:
    'Deactivates a user and, with deactivate_and_delete, permanently deletes the user. Okta needs one call for each step; the output lists the steps done.',
  docsUrl: docsOf('User', 'deleteUser'),
  scopes: ['okta.users.manage', 'okta.users.read'],
  effect: { kind: 'write', idempotent: true, destructive: true },
  input: z.strictObject({
    userId: ref(user),
    mode: field(
      labelled(z.enum(['deactivate_only', 'deactivate_and_delete']), {
        deactivate_only: 'Deactivate only',
        deactivate_and_delete: 'Deactivate and delete',
      }).default('deactivate_only'),
      'Mode',
      'deactivate_only keeps the user record; deactivate_and_delete cannot be undone.',
      'deactivate_and_delete',
    ),
    sendEmail: field(
      z.boolean().default(false),
      'Send e-mail',
      'Notify the administrators by e-mail.',
      false,
    ),
  }),
  output: z.looseObject({
    userId: field(z.string(), 'User ID', 'Id of the user.', '00u1abcdefghijklmnop'),
    changed,
    deactivated: field(
      z.boolean(),
      'Deactivated',
      'True if the user is now deactivated, by this call or earlier.',
      true,
    ),
    deleted: field(z.boolean(), 'Deleted', 'True if the user no longer exists, as verified by a read.', true),
    steps: field(z.array(z.enum(['deactivated', 'deleted'])), 'Steps', 'What this call did.', [
      'deactivated',
      'deleted',
    ]),
  }),
  calls: ['POST /api/v1/users/{userId}/lifecycle/deactivate', 'DELETE /api/v1/users/{userId}'],
  async run(context, { userId: reference, mode, sendEmail }) {
    const ref = await userRef(context, reference);
    const answer = needsOf(userSchema);
    const { json: found } = await context.call({ method: 'GET', path, params: { userId: ref }, answer });
    const params = { userId: found.id };
    const query = { sendEmail };
    if (found.status !== 'DEPROVISIONED') {
      const { changed } = await context.step('deactivated', () =>
        changeStatus(context, found.id, 'deactivate', ['DEPROVISIONED'], { query }),
      );
      if (changed) {
        await context.step('awaited', () => waitForStatus(context, found.id, 'DEPROVISIONED', WAIT_MS));
      }
    }
    if (mode === 'deactivate_and_delete') {
      await context.step('deleted', async () => {
        await context.call({ method: 'DELETE', path, params, query, answer: acknowledged }).catch(unlessGone);
        await assertGone(context, found.id);
      });
    }
    const steps = [...context.steps] as ('deactivated' | 'deleted')[];
    return {
      userId: found.id,
      changed: steps.length > 0,
      deactivated: true,
      deleted: steps.includes('deleted'),
      steps,
    };
  },
  sample: {
    input: { userId: '00u1abcdefghijklmnop', mode: 'deactivate_and_delete' },
    output: {
      userId: '00u1abcdefghijklmnop',
      changed: true,
      deactivated: true,
      deleted: true,
      steps: ['deactivated', 'deleted'],
    },
  },
});

/** Tolerates 404: if the answer to an earlier attempt was lost, a retry finds no user. */
function unlessGone(error: unknown): void {
  if (!(isOktaError(error) && error.status === 404)) throw error;
}

/** Okta answers 204 both for deactivating and for deleting, so only a read shows whether the user is gone. */
async function assertGone(context: ActionContext, userId: string): Promise<void> {
  const still = await context
    .call({ method: 'GET', path, params: { userId }, answer: identified })
    .catch(unlessGone);
  if (!still) return;
  throw new OktaError('Okta accepted the deletion, but the user still exists', {
    code: 'conflict',
    actor: 'okta',
    retryable: true,
    hint: 'Run the action again in a minute.',
  });
}
