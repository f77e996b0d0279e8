import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { needsOf } from '../../resources/answers.ts';
import { app } from '../../resources/app/resource.ts';
import { docsOf } from '../../resources/docs.ts';
import { expression } from '../../resources/expression.ts';
import { ref } from '../../resources/reference.ts';
import { userIdOf, userRef } from '../../resources/user/reference.ts';
import { user } from '../../resources/user/resource.ts';
import { field, limit } from '../../schema/fields.ts';

const shown = z.looseObject({
  id: field(z.string(), 'ID', 'Id of the link or of the app.', '0oa1abcdefghijklmnop'),
  label: field(z.string().optional(), 'Label', 'Display name.', 'Nightly sync'),
  appInstanceId: field(
    z.string().optional(),
    'App ID',
    'Id of the app behind a link.',
    '0oa1abcdefghijklmnop',
  ),
  linkUrl: field(z.string().optional(), 'Link', 'URL that the tile opens.', 'https://acme.okta.com/home/x'),
  status: field(z.string().optional(), 'Status', 'Status of the assigned app.', 'ACTIVE'),
});

export const listUserApps = defineAction({
  key: 'list_user_apps',
  resource: app,
  title: "List user's apps",
  description:
    'Lists the apps of a user: either the tiles on the dashboard (links) or all assigned apps, including hidden ones.',
  docsUrl: docsOf('UserResources', 'listAppLinks'),
  scopes: ['okta.users.read', 'okta.apps.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({
    userId: ref(user),
    view: field(
      z.enum(['links', 'assignments']).default('links'),
      'View',
      'links: the tiles on the dashboard; assignments: the assigned apps.',
      'assignments',
    ),
    limit,
  }),
  output: z.array(shown),
  calls: ['GET /api/v1/users/{userId}/appLinks', 'GET /api/v1/apps'],
  async *stream(context, { userId, view, limit }) {
    const answer = needsOf(shown);
    if (view === 'links') {
      const params = { userId: await userRef(context, userId) };
      yield* context.list({ method: 'GET', path: '/api/v1/users/{userId}/appLinks', params, answer }, limit);
      return;
    }
    const id = await userIdOf(context, userId);
    const filter = expression({ attribute: 'user.id', operator: 'eq', value: id });
    const query = { filter, expand: `user/${id}`, limit: Math.min(limit ?? 200, 200) };
    yield* context.list({ method: 'GET', path: '/api/v1/apps', query, answer }, limit);
  },
  sample: {
    input: { userId: 'ana.ruiz@acme.test', view: 'links' },
    output: [
      {
        id: '00ub0oNGTSWTBKOLGLNR',
        label: 'Nightly sync',
        linkUrl: 'https://acme.okta.com/home/oidc_client/0oa1abcdefghijklmnop/1',
        appName: 'oidc_client',
        appInstanceId: '0oa1abcdefghijklmnop',
        hidden: false,
        sortOrder: 0,
      },
    ],
  },
});
