import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { isOktaError } from '../../errors/errors.ts';
import { appIdOf } from '../../resources/app/reference.ts';
import { app } from '../../resources/app/resource.ts';
import { change, changeOutput, GONE } from '../../resources/changes.ts';
import { docsOf } from '../../resources/docs.ts';
import {
  GROUP_PUSH_MAPPINGS,
  groupPushMapping,
  groupPushMappingSchema,
} from '../../resources/group-push-mapping/resource.ts';
import { ref } from '../../resources/reference.ts';
import { field } from '../../schema/fields.ts';

const path = `${GROUP_PUSH_MAPPINGS}/{mappingId}` as const;

export const deleteGroupPushMapping = defineAction({
  key: 'delete_group_push_mapping',
  resource: groupPushMapping,
  title: 'Stop pushing group to app',
  description:
    'Deletes a group push mapping, which is deactivated first where it is active. The group in the app stays, or is deleted with it. Nothing changes if the mapping is gone already.',
  docsUrl: docsOf('GroupPushMapping', 'deleteGroupPushMapping'),
  scopes: ['okta.apps.manage', 'okta.groups.manage', 'okta.apps.read', 'okta.groups.read'],
  effect: { kind: 'write', idempotent: true, destructive: true },
  input: z.strictObject({
    appId: ref(app),
    mappingId: ref(groupPushMapping, { title: 'Mapping' }),
    deleteTargetGroup: field(
      z.boolean(),
      'Delete target group',
      'Whether the group is deleted in the app, too; Okta asks for a decision.',
      false,
    ),
  }),
  output: changeOutput({ appId: app, mappingId: groupPushMapping }),
  calls: [`GET ${path}`, `PATCH ${path}`, `DELETE ${path}`],
  async run(context, { deleteTargetGroup, ...references }) {
    const appId = await appIdOf(context, references.appId);
    const { names } = groupPushMapping;
    const mappingId =
      (await names?.resolve(context, references.mappingId, { appId })) ?? references.mappingId;
    const call = { path, params: { appId, mappingId } };
    const mapping = await context
      .call({ method: 'GET', ...call, answer: groupPushMappingSchema })
      .catch((error: unknown) => {
        if (!isOktaError(error) || error.oktaCode !== GONE) throw error;
      });
    if (!mapping) return { appId, mappingId, changed: false };
    // Okta also deletes a mapping whose push fails (ERROR), but not an active one.
    if (mapping.json.status === 'ACTIVE')
      await context.step('deactivated', () =>
        context.call({
          method: 'PATCH',
          ...call,
          body: { status: 'INACTIVE' },
          answer: groupPushMappingSchema,
        }),
      );
    await context.step('deleted', () =>
      change(context, { method: 'DELETE', ...call, query: { deleteTargetGroup } }, [GONE]),
    );
    return { appId, mappingId, changed: context.steps.length > 0 };
  },
  sample: {
    input: { appId: 'Acme CRM', mappingId: 'Sales EU', deleteTargetGroup: false },
    output: { appId: '0oa1abcdefghijklmnop', mappingId: 'gPm1abcdefghijklmnop', changed: true },
  },
});
