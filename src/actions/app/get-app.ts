import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { app } from '../../resources/app/resource.ts';
import { appSample, appSchema } from '../../resources/app/schema.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';

export const getApp = defineAction({
  key: 'get_app',
  resource: app,
  title: 'Get app',
  description: 'Reads one app by id or label, with its settings but without the secret of its OAuth client.',
  docsUrl: docsOf('Application', 'getApplication'),
  scopes: ['okta.apps.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({ appId: ref(app) }),
  output: appSchema,
  request: { method: 'GET', path: '/api/v1/apps/{appId}' },
  sample: { input: { appId: 'Company wiki' }, output: appSample },
});
