import { defineResource } from '../../define.ts';

/** The assignment of a user to an app; its profile has the app's attributes. */
export const appAssignment = defineResource({
  key: 'app_assignment',
  title: 'App assignment',
  job: 'apps',
  scopes: ['okta.apps.read'],
  attributes: {
    scopes: ['okta.schemas.read'],
    calls: ['GET /api/v1/meta/schemas/apps/{appId}/default'],
    read: async (get, appId) =>
      appId && get(`/api/v1/meta/schemas/apps/${encodeURIComponent(appId)}/default`),
    natural: 'userName',
  },
});
