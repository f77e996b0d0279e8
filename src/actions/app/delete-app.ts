import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { appIdOf } from '../../resources/app/reference.ts';
import { app } from '../../resources/app/resource.ts';
import { change, changeOutput, GONE, setLifecycle, unlessGone } from '../../resources/changes.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { field } from '../../schema/fields.ts';

export const deleteApp = defineAction({
  key: 'delete_app',
  resource: app,
  title: 'Delete app',
  description:
    'Deletes an app with all its assignments. Okta only deletes inactive apps, so an active one is deactivated first; the output lists the steps done.',
  docsUrl: docsOf('Application', 'deleteApplication'),
  scopes: ['okta.apps.manage', 'okta.apps.read'],
  effect: { kind: 'write', idempotent: true, destructive: true },
  input: z.strictObject({ appId: ref(app) }),
  output: changeOutput({ appId: app }).extend({
    steps: field(z.array(z.string()), 'Steps', 'What this call did.', ['deactivated', 'deleted']),
  }),
  calls: [
    'GET /api/v1/apps/{appId}',
    'POST /api/v1/apps/{appId}/lifecycle/deactivate',
    'DELETE /api/v1/apps/{appId}',
  ],
  async run(context, { appId }) {
    const params = { appId: await appIdOf(context, appId) };
    const one = { path: '/api/v1/apps/{appId}', params };
    const found = await context
      .step('deactivated', () => setLifecycle(context, one, 'deactivate', 'INACTIVE'))
      .catch(unlessGone);
    if (!found) return { ...params, changed: false, steps: [] };
    // Okta may answer 500 while the app is still in use elsewhere; like every idempotent call, this one is then repeated.
    await context.step('deleted', () => change(context, { method: 'DELETE', ...one }, [GONE]));
    return { ...params, changed: context.steps.length > 0, steps: [...context.steps] };
  },
  sample: {
    input: { appId: 'Company wiki' },
    output: { appId: '0oa1abcdefghijklmnop', changed: true, steps: ['deactivated', 'deleted'] },
  },
});
