import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { needsOf } from '../../resources/answers.ts';
import { appIdOf } from '../../resources/app/reference.ts';
import { app } from '../../resources/app/resource.ts';
import { appAssignment } from '../../resources/app-assignment/resource.ts';
import { appGroupSample, appGroupSchema } from '../../resources/app-assignment/schema.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { field, limit } from '../../schema/fields.ts';

const [MIN_PAGE, MAX_PAGE] = [20, 200];

export const listAppGroups = defineAction({
  key: 'list_app_groups',
  resource: appAssignment,
  title: "List app's groups",
  description: 'Lists the groups that are assigned to an app, over all pages.',
  docsUrl: docsOf('ApplicationGroups', 'listApplicationGroupAssignments'),
  scopes: ['okta.apps.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({
    appId: ref(app),
    quickSearch: field(
      z.string().min(1).optional(),
      'Search',
      'Beginning of the name of the group.',
      'Sales',
    ),
    includeGroup: field(
      z.boolean().default(false),
      'Include group',
      'Add the group, with its name, as _embedded.group.',
      true,
    ),
    limit,
  }),
  output: z.array(appGroupSchema),
  calls: ['GET /api/v1/apps/{appId}/groups'],
  async *stream(context, { appId, quickSearch, includeGroup, limit }) {
    const size = Math.min(Math.max(limit ?? MAX_PAGE, MIN_PAGE), MAX_PAGE);
    const call = {
      method: 'GET',
      path: '/api/v1/apps/{appId}/groups',
      params: { appId: await appIdOf(context, appId) },
      query: { q: quickSearch, expand: includeGroup ? 'group' : undefined, limit: size },
      answer: needsOf(appGroupSchema),
    } as const;
    yield* context.list(call, limit);
  },
  sample: { input: { appId: 'Acme CRM' }, output: [appGroupSample] },
});
