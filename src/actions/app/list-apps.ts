import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { InputError } from '../../errors/errors.ts';
import { needsOf } from '../../resources/answers.ts';
import { app } from '../../resources/app/resource.ts';
import { appSample, appSchema } from '../../resources/app/schema.ts';
import { docsOf } from '../../resources/docs.ts';
import { expression } from '../../resources/expression.ts';
import { groupIdOf } from '../../resources/group/reference.ts';
import { group } from '../../resources/group/resource.ts';
import { ref } from '../../resources/reference.ts';
import { userIdOf } from '../../resources/user/reference.ts';
import { user } from '../../resources/user/resource.ts';
import { field, limit } from '../../schema/fields.ts';

const MAX_PAGE = 200;

export const listApps = defineAction({
  key: 'list_apps',
  resource: app,
  title: 'List apps',
  description: 'Lists the apps of the org, or those that a user or a group has, over all pages.',
  docsUrl: docsOf('Application', 'listApplications'),
  scopes: ['okta.apps.read', 'okta.users.read', 'okta.groups.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({
    quickSearch: field(
      z.string().min(1).optional(),
      'Search',
      'Beginning of the label or of the name.',
      'Nightly',
    ),
    userId: ref(user, { description: 'Only apps that this user has: id, login or short name.' }).optional(),
    groupId: ref(group, {
      description: 'Only apps that this group is assigned to: id or exact name.',
    }).optional(),
    status: field(z.enum(['ACTIVE', 'INACTIVE']).optional(), 'Status', 'Only apps in this status.', 'ACTIVE'),
    includeNonDeleted: field(
      z.boolean().optional(),
      'Include inactive',
      'Ask Okta for apps that are not active, too.',
      true,
    ),
    limit,
  }),
  output: z.array(appSchema),
  calls: ['GET /api/v1/apps'],
  async *stream(
    context,
    { quickSearch, userId, groupId, status, includeNonDeleted, limit = Number.POSITIVE_INFINITY },
  ) {
    if (userId !== undefined && groupId !== undefined)
      throw new InputError('userId and groupId cannot be combined', { hint: 'Give one of the two.' });
    const equal = (attribute: string, value: string) => expression({ attribute, operator: 'eq', value });
    // Okta takes a single condition, so the status is compared here if another one is given.
    const filter =
      userId !== undefined
        ? equal('user.id', await userIdOf(context, userId))
        : groupId !== undefined
          ? equal('group.id', await groupIdOf(context, groupId))
          : status && equal('status', status);
    const query = { q: quickSearch, filter, includeNonDeleted, limit: Math.min(limit, MAX_PAGE) };
    const call = { method: 'GET', path: '/api/v1/apps', query, answer: needsOf(appSchema) } as const;
    let left = limit;
    for await (const one of context.list(call)) {
      if (status !== undefined && one.status !== status) continue;
      yield one;
      left -= 1;
      if (left === 0) return;
    }
  },
  sample: { input: { quickSearch: 'Company', status: 'ACTIVE' }, output: [appSample] },
});
