import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { appIdOf } from '../../resources/app/reference.ts';
import { app } from '../../resources/app/resource.ts';
import { appProfileInput, assertAppProfile } from '../../resources/app-assignment/input.ts';
import { assignmentIfAny } from '../../resources/app-assignment/read.ts';
import { appAssignment } from '../../resources/app-assignment/resource.ts';
import { appGroupSample, appGroupSchema } from '../../resources/app-assignment/schema.ts';
import { change, changeOutput, replacementOf } from '../../resources/changes.ts';
import { docsOf } from '../../resources/docs.ts';
import { groupIdOf } from '../../resources/group/reference.ts';
import { group } from '../../resources/group/resource.ts';
import { ref } from '../../resources/reference.ts';
import { field } from '../../schema/fields.ts';

const path = '/api/v1/apps/{appId}/groups/{groupId}';

export const assignGroupToApp = defineAction({
  key: 'assign_group_to_app',
  resource: appAssignment,
  title: 'Assign group to app',
  description:
    'Assigns a group to an app, or changes how it is assigned; what is not given is kept. The members get the app a little later. A new priority can move that of other groups.',
  docsUrl: docsOf('ApplicationGroups', 'assignGroupToApplication'),
  scopes: ['okta.apps.manage', 'okta.apps.read', 'okta.groups.read'],
  effect: { kind: 'write', idempotent: true, destructive: false },
  input: z.strictObject({
    appId: ref(app),
    groupId: ref(group),
    priority: field(
      z.int().min(0).max(100).optional(),
      'Priority',
      'Which group counts for a user of several; 0 comes first.',
      1,
    ),
    profile: appProfileInput,
  }),
  output: changeOutput({ appId: app, groupId: group }),
  calls: [`GET ${path}`, `PUT ${path}`],
  async run(context, { priority, profile, ...references }) {
    const appId = await appIdOf(context, references.appId);
    await assertAppProfile(context, appId, profile);
    const params = { appId, groupId: await groupIdOf(context, references.groupId) };
    const known = await assignmentIfAny(context, { path, params, answer: appGroupSchema });
    const body = known ? replacementOf(known, { priority, profile }) : { priority, profile };
    if (!body) return { ...known, ...params, changed: false };
    return change(context, { method: 'PUT', path, params, body }, []);
  },
  sample: {
    input: { appId: 'Acme CRM', groupId: 'Sales EU', priority: 0 },
    output: {
      ...appGroupSample,
      ...{ appId: '0oa1abcdefghijklmnop', groupId: '00g1abcdefghijklmnop', changed: true },
    },
  },
});
