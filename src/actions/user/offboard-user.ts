import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { InputError } from '../../errors/errors.ts';
import { needsOf } from '../../resources/answers.ts';
import { appIdOf } from '../../resources/app/reference.ts';
import { app } from '../../resources/app/resource.ts';
import { idsOf } from '../../resources/by-name.ts';
import { docsOf } from '../../resources/docs.ts';
import { groupIdOf } from '../../resources/group/reference.ts';
import { group } from '../../resources/group/resource.ts';
import { ref, refs } from '../../resources/reference.ts';
import { dryRunInput, storyOutput, told } from '../../resources/story/record.ts';
import { runSteps } from '../../resources/story/steps.ts';
import { OFFBOARDING, offboardingSteps } from '../../resources/user/offboarding.ts';
import { userRef } from '../../resources/user/reference.ts';
import { user } from '../../resources/user/resource.ts';
import { userSchema } from '../../resources/user/schema.ts';
import { field } from '../../schema/fields.ts';

const path = '/api/v1/users/{userId}';
const listOf = (title: string, description: string, example: string) =>
  field(z.array(z.string().min(1)).optional(), title, description, [example]);

export const offboardUser = defineAction({
  key: 'offboard_user',
  resource: user,
  job: 'leave',
  title: 'Offboard user',
  description:
    'Takes access from a user who leaves, in the steps that you choose, and returns a record of every change. Run it again after a failure: it does what is left. A dry run names the changes and makes none.',
  docsUrl: docsOf('UserLifecycle', 'deactivateUser'),
  scopes: [
    ...['okta.users.manage', 'okta.users.read', 'okta.groups.manage', 'okta.groups.read'],
    ...['okta.apps.manage', 'okta.apps.read', 'okta.roles.manage', 'okta.universalLogout.manage'],
  ],
  effect: { kind: 'write', idempotent: true, destructive: true },
  effectWhen: [{ when: { dryRun: { is: [true] } }, effect: { kind: 'read', destructive: false } }],
  input: z.strictObject({
    userId: ref(user),
    steps: field(
      z.array(z.enum(OFFBOARDING)).min(1),
      'Steps',
      'What to do, always in this order: suspend, clear_sessions (and OAuth tokens), universal_logout, remove_roles, reset_factors, remove_from_groups, unassign_apps, deactivate. suspend with deactivate ends access before the rest is done.',
      ['suspend', 'clear_sessions', 'remove_roles', 'remove_from_groups', 'deactivate'],
    ),
    keepGroupIds: refs(
      group,
      listOf('Keep groups', 'Ids or exact names of groups that the user stays in.', '00g1abcdefghijklmnop'),
    ),
    keepAppIds: refs(
      app,
      listOf('Keep apps', 'Ids or exact labels of apps that stay assigned.', '0oa1abcdefghijklmnop'),
    ),
    transferNote: field(
      z.string().max(2000).optional(),
      'Transfer note',
      'Who takes over what, for the record; nothing is transferred.',
      'Files and calendar go to bo.berg@acme.test',
    ),
    dryRun: dryRunInput,
  }),
  output: storyOutput(OFFBOARDING).extend({
    transferNote: field(z.string().optional(), 'Transfer note', 'As given.', 'Files go to Bo Berg'),
  }),
  calls: [
    ...(['GET /api/v1/users/{userId}', 'POST /api/v1/users/{userId}/lifecycle/suspend'] as const),
    ...(['DELETE /api/v1/users/{userId}/sessions', 'POST /oauth2/v1/global-token-revocation'] as const),
    'GET /api/v1/users/{userId}/roles',
    'DELETE /api/v1/users/{userId}/roles/{roleAssignmentId}',
    ...([
      'GET /api/v1/users/{userId}/factors',
      'POST /api/v1/users/{userId}/lifecycle/reset_factors',
    ] as const),
    ...(['GET /api/v1/users/{userId}/groups', 'DELETE /api/v1/groups/{groupId}/users/{userId}'] as const),
    ...(['GET /api/v1/apps', 'DELETE /api/v1/apps/{appId}/users/{userId}'] as const),
    'POST /api/v1/users/{userId}/lifecycle/deactivate',
  ],
  async run(context, { userId, steps, keepGroupIds = [], keepAppIds = [], transferNote, dryRun }) {
    const startedAt = context.clock.now();
    const params = { userId: await userRef(context, userId) };
    const { json } = await context.call({ method: 'GET', path, params, answer: needsOf(userSchema) });
    if (!json.status) throw new InputError('Okta did not tell the status of the user');
    const groups = await idsOf(keepGroupIds, (one) => groupIdOf(context, one));
    const apps = await idsOf(keepAppIds, (one) => appIdOf(context, one));
    const kept = { groups: new Set(groups), apps: new Set(apps) };
    const leaver = { id: json.id, status: json.status };
    const reports = await runSteps(context, offboardingSteps(context, leaver, steps, kept), dryRun);
    return {
      ...told(context, { startedAt, userId: json.id, login: json.profile?.login, dryRun, steps: reports }),
      ...(transferNote === undefined ? {} : { transferNote }),
    };
  },
  sample: {
    input: { userId: 'ana.ruiz@acme.test', steps: ['clear_sessions', 'remove_from_groups', 'deactivate'] },
    output: {
      ...{ userId: '00u1abcdefghijklmnop', login: 'ana.ruiz@acme.test', dryRun: false, changed: true },
      ...{ startedAt: '2026-01-02T03:04:05.000Z', endedAt: '2026-01-02T03:04:09.000Z' },
      steps: [
        {
          ...{ step: 'remove_from_groups' as const, status: 'done' as const },
          changes: [{ change: 'remove_from_group', id: '00g1abcdefghijklmnop', name: 'Sales EU' }],
        },
      ],
    },
  },
});
