import { z } from 'zod';
import { defineResource } from '../../define.ts';
import { field, timestamp } from '../../schema/fields.ts';
import { identified } from '../answers.ts';
import { looksLikeId } from '../by-name.ts';
import { groupIdOf } from '../group/reference.ts';
import { noSuch } from '../reference.ts';

/** Path of the mappings of an app. */
export const GROUP_PUSH_MAPPINGS = '/api/v1/apps/{appId}/group-push/mappings';

/** A group push mapping as Okta returns it. */
export const groupPushMappingSchema = z.looseObject({
  id: field(z.string(), 'Mapping ID', 'Unique id.', 'gPm1abcdefghijklmnop'),
  sourceGroupId: field(z.string().optional(), 'Source group', 'Group of Okta.', '00g1abcdefghijklmnop'),
  targetGroupId: field(z.string().optional(), 'Target group', 'Group of the app.', '00g2abcdefghijklmnop'),
  status: field(z.string().optional(), 'Status', 'ACTIVE, INACTIVE or ERROR.', 'ACTIVE'),
  errorSummary: field(
    z.string().nullish(),
    'Error',
    'Why the latest push failed.',
    'The group was not found in the app.',
  ),
  created: timestamp('Created'),
  lastUpdated: timestamp('Last updated'),
  lastPush: timestamp('Last push'),
});

/** A mapping with invented data, for samples. */
export const groupPushMappingSample = {
  id: 'gPm1abcdefghijklmnop',
  sourceGroupId: '00g1abcdefghijklmnop',
  targetGroupId: '00g2abcdefghijklmnop',
  status: 'ACTIVE',
  created: '2026-01-02T03:04:05Z',
  lastUpdated: '2026-01-02T03:04:05Z',
};

export const groupPushMapping = defineResource({
  key: 'group_push_mapping',
  title: 'Group push mapping',
  job: 'apps',
  scopes: ['okta.apps.read', 'okta.groups.read'],
  schema: groupPushMappingSchema,
  one: `${GROUP_PUSH_MAPPINGS}/{mappingId}`,
  names: {
    words: 'Id of the mapping, or id or exact name of its source group; not of the target',
    example: 'gPm1abcdefghijklmnop',
    handle: 'Sales EU',
    calls: [`GET ${GROUP_PUSH_MAPPINGS}`, 'GET /api/v1/groups'],
    async resolve(context, reference, params = {}) {
      if (looksLikeId('gPm', reference)) return reference;
      const query = { sourceGroupId: await groupIdOf(context, reference) };
      const call = { method: 'GET', path: GROUP_PUSH_MAPPINGS, params, query, answer: identified } as const;
      for await (const { id } of context.list(call)) return id;
      throw noSuch('group push mapping of this app', 'source group', GROUP_PUSH_MAPPINGS);
    },
  },
});
