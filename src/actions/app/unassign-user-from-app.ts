import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { OktaError } from '../../errors/errors.ts';
import { appIdOf } from '../../resources/app/reference.ts';
import { app } from '../../resources/app/resource.ts';
import { assignmentIfAny } from '../../resources/app-assignment/read.ts';
import { appAssignment } from '../../resources/app-assignment/resource.ts';
import { appUserSchema } from '../../resources/app-assignment/schema.ts';
import { change, changeOutput, GONE } from '../../resources/changes.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { userIdOf } from '../../resources/user/reference.ts';
import { user } from '../../resources/user/resource.ts';
import { field } from '../../schema/fields.ts';

const path = '/api/v1/apps/{appId}/users/{userId}';

export const unassignUserFromApp = defineAction({
  key: 'unassign_user_from_app',
  resource: appAssignment,
  title: 'Unassign user from app',
  description:
    "Removes a user's direct assignment to an app. The attributes in the app are lost, and provisioning may deactivate the account there. An assignment by a group is not touched: remove the user from the group instead.",
  docsUrl: docsOf('ApplicationUsers', 'unassignUserFromApplication'),
  scopes: ['okta.apps.manage', 'okta.apps.read', 'okta.users.read'],
  effect: { kind: 'write', idempotent: true, destructive: true },
  input: z.strictObject({
    appId: ref(app),
    userId: ref(user),
    sendEmail: field(
      z.boolean().default(false),
      'Send e-mail',
      'Notify the administrators by e-mail.',
      false,
    ),
  }),
  output: changeOutput({ appId: app, userId: user }),
  calls: [`GET ${path}`, `DELETE ${path}`],
  async run(context, { sendEmail, ...references }) {
    const params = {
      appId: await appIdOf(context, references.appId),
      userId: await userIdOf(context, references.userId),
    };
    const assignment = await assignmentIfAny(context, { path, params, answer: appUserSchema });
    if (!assignment) return { ...params, changed: false };
    if (assignment.scope === 'GROUP') throw byGroup(assignment._links);
    return change(context, { method: 'DELETE', path, params, query: { sendEmail } }, [GONE]);
  },
  sample: {
    input: { appId: 'Acme CRM', userId: 'ana.ruiz@acme.test' },
    output: { appId: '0oa1abcdefghijklmnop', userId: '00u1abcdefghijklmnop', changed: true },
  },
});

const groupLink = z.object({ group: z.object({ name: z.string() }) });

/** Okta would answer 204 and leave the assignment as it is. */
function byGroup(links: unknown): OktaError {
  const group = groupLink.safeParse(links).data?.group.name;
  return new OktaError(`The user has the app through ${group ? `the group ${group}` : 'a group'}`, {
    code: 'wrong_state',
    actor: 'caller',
    hint: 'Remove the user from the group, or the group from the app.',
    request: { method: 'DELETE', pathTemplate: path },
  });
}
