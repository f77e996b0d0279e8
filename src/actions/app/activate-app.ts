import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { appIdOf } from '../../resources/app/reference.ts';
import { app } from '../../resources/app/resource.ts';
import { changeOutput, setLifecycle } from '../../resources/changes.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';

export const activateApp = defineAction({
  key: 'activate_app',
  resource: app,
  title: 'Activate app',
  description: 'Activates an app, so that people can sign in to it again; nothing changes if it is active.',
  docsUrl: docsOf('Application', 'activateApplication'),
  scopes: ['okta.apps.manage', 'okta.apps.read'],
  effect: { kind: 'write', idempotent: true, destructive: false },
  input: z.strictObject({ appId: ref(app) }),
  output: changeOutput({ appId: app }),
  calls: ['GET /api/v1/apps/{appId}', 'POST /api/v1/apps/{appId}/lifecycle/activate'],
  async run(context, { appId }) {
    const params = { appId: await appIdOf(context, appId) };
    return setLifecycle(context, { path: '/api/v1/apps/{appId}', params }, 'activate', 'ACTIVE');
  },
  sample: {
    input: { appId: 'Company wiki' },
    output: { appId: '0oa1abcdefghijklmnop', changed: true, status: 'ACTIVE' },
  },
});
