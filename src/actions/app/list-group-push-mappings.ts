import { z } from 'zod';
import { defineAction } from '../../define.ts';
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
import { field, limit } from '../../schema/fields.ts';

const MOST = 1000;

export const listGroupPushMappings = defineAction({
  key: 'list_group_push_mappings',
  resource: groupPushMapping,
  title: 'List group push mappings',
  description:
    'Lists which groups are pushed to an app, and whether the latest push failed (status ERROR). The app must support provisioning; an OAuth connection needs the scopes of apps and of groups.',
  docsUrl: docsOf('GroupPushMapping', 'listGroupPushMappings'),
  scopes: ['okta.apps.read', 'okta.groups.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({
    appId: ref(app),
    sourceGroupId: ref(group, {
      title: 'Source group',
      description: 'Only the mapping of this group: id or exact name.',
    }).optional(),
    status: field(
      z.enum(['ACTIVE', 'INACTIVE', 'ERROR']).optional(),
      'Status',
      'Only mappings in this status.',
      'ERROR',
    ),
    lastUpdated: field(
      z.iso.datetime().optional(),
      'Updated since',
      'Only mappings that were updated then or later; ISO 8601 in UTC, without milliseconds.',
      '2026-01-02T03:04:05Z',
    ),
    limit,
  }),
  output: z.array(groupPushMappingSchema),
  calls: [`GET ${GROUP_PUSH_MAPPINGS}`],
  async *stream(context, { appId, sourceGroupId: source, limit, ...narrow }) {
    const params = { appId: await appIdOf(context, appId) };
    const sourceGroupId = source && (await groupIdOf(context, source));
    const query = { sourceGroupId, ...narrow, limit: Math.min(limit ?? MOST, MOST) };
    const answer = needsOf(groupPushMappingSchema);
    yield* context.list({ method: 'GET', path: GROUP_PUSH_MAPPINGS, params, query, answer }, limit);
  },
  sample: { input: { appId: 'Acme CRM' }, output: [groupPushMappingSample] },
});
