import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { appIdOf } from '../../resources/app/reference.ts';
import { app } from '../../resources/app/resource.ts';
import { changeOutput, setLifecycle } from '../../resources/changes.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';

export const deactivateApp = defineAction({
  key: 'deactivate_app',
  resource: app,
  title: 'Deactivate app',
  description:
    'Deactivates an app: nobody signs in through it any more, and its users are kept. Nothing changes if it is inactive.',
  docsUrl: docsOf('Application', 'deactivateApplication'),
  scopes: ['okta.apps.manage', 'okta.apps.read'],
  effect: { kind: 'write', idempotent: true, destructive: true },
  input: z.strictObject({ appId: ref(app) }),
  output: changeOutput({ appId: app }),
  calls: ['GET /api/v1/apps/{appId}', 'POST /api/v1/apps/{appId}/lifecycle/deactivate'],
  async run(context, { appId }) {
    const params = { appId: await appIdOf(context, appId) };
    return setLifecycle(context, { path: '/api/v1/apps/{appId}', params }, 'deactivate', 'INACTIVE');
  },
  sample: {
    input: { appId: 'Company wiki' },
    output: { appId: '0oa1abcdefghijklmnop', changed: true, status: 'INACTIVE' },
  },
});
