import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { InputError } from '../../errors/errors.ts';
import { needsOf } from '../../resources/answers.ts';
import { appIdOf } from '../../resources/app/reference.ts';
import { app } from '../../resources/app/resource.ts';
import { docsOf } from '../../resources/docs.ts';
import { groupIdOf } from '../../resources/group/reference.ts';
import { group } from '../../resources/group/resource.ts';
import {
  GROUP_PUSH_MAPPINGS,
  groupPushMapping,
  groupPushMappingSample,
  groupPushMappingSchema,
} from '../../resources/group-push-mapping/resource.ts';
import { ref } from '../../resources/reference.ts';
import { field } from '../../schema/fields.ts';

export const createGroupPushMapping = defineAction({
  key: 'create_group_push_mapping',
  resource: groupPushMapping,
  title: 'Push group to app',
  description:
    'Pushes a group and its members to an app, into a group that exists there or a new one. Okta pushes in the background: whether it worked is in the status that list_group_push_mappings reads later. An OAuth connection needs the scopes of apps and of groups.',
  docsUrl: docsOf('GroupPushMapping', 'createGroupPushMapping'),
  scopes: ['okta.apps.manage', 'okta.groups.manage'],
  effect: { kind: 'write', idempotent: false, destructive: false },
  input: z.strictObject({
    appId: ref(app),
    sourceGroupId: ref(group, {
      title: 'Source group',
      description: 'Id or exact name of the group to push.',
    }),
    targetGroupId: ref(group, {
      title: 'Existing target',
      description: 'Group of the app to push into, as Okta imported it: id or exact name.',
      example: '00g2abcdefghijklmnop',
    }).optional(),
    targetGroupName: field(
      z.string().min(1).optional(),
      'New target',
      'Name of the group that the app gets; a group of the app with this name is used if there is one.',
      'Sales EU',
    ),
    status: field(
      z.enum(['ACTIVE', 'INACTIVE']).default('ACTIVE'),
      'Status',
      'INACTIVE: nothing is pushed yet.',
      'ACTIVE',
    ),
  }),
  output: groupPushMappingSchema,
  calls: [`POST ${GROUP_PUSH_MAPPINGS}`],
  async run(context, { appId, sourceGroupId, targetGroupId, ...rest }) {
    if ((targetGroupId === undefined) === (rest.targetGroupName === undefined)) {
      throw new InputError('Exactly one of targetGroupId and targetGroupName is needed', {
        hint: 'Give targetGroupId to push into a group that the app has, targetGroupName for a new one.',
      });
    }
    const params = { appId: await appIdOf(context, appId) };
    const body = {
      sourceGroupId: await groupIdOf(context, sourceGroupId),
      targetGroupId: targetGroupId && (await groupIdOf(context, targetGroupId)),
      ...rest,
    };
    const answer = needsOf(groupPushMappingSchema);
    return (await context.call({ method: 'POST', path: GROUP_PUSH_MAPPINGS, params, body, answer })).json;
  },
  sample: {
    input: { appId: 'Acme CRM', sourceGroupId: 'Sales EU', targetGroupName: 'Sales EU' },
    output: groupPushMappingSample,
  },
});
