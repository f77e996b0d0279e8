import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { appIdOf } from '../../resources/app/reference.ts';
import { app } from '../../resources/app/resource.ts';
import { changeOutput } from '../../resources/changes.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { field } from '../../schema/fields.ts';
import { TEAR_DOWN_CALLS, tearDown } from '../../sso/set-up/tear-down.ts';

export const tearDownSso = defineAction({
  key: 'tear_down_sso',
  resource: app,
  noun: 'single sign-on',
  title: 'Tear down single sign-on',
  description:
    'Deletes an app that set_up_oidc_sso or set_up_saml_sso made, with its assignments, and the policy that admitted it to a custom authorization server. Other apps are refused. A claim on such a server stays, because other apps may use it.',
  docsUrl: docsOf('Application', 'deleteApplication'),
  scopes: [
    ...['okta.apps.manage', 'okta.apps.read'],
    ...['okta.authorizationServers.manage', 'okta.authorizationServers.read'],
  ],
  effect: { kind: 'write', idempotent: true, destructive: true },
  input: z.strictObject({ appId: ref(app) }),
  output: changeOutput({ appId: app }).extend({
    steps: field(z.array(z.string()), 'Steps', 'What this call did.', ['policy_deleted', 'deleted']),
  }),
  calls: TEAR_DOWN_CALLS,
  async run(context, { appId: reference }) {
    const appId = await appIdOf(context, reference);
    await tearDown(context, appId);
    return { appId, changed: context.steps.length > 0, steps: [...context.steps] };
  },
  sample: {
    input: { appId: 'OneDesk' },
    output: { appId: '0oa1abcdefghijklmnop', changed: true, steps: ['deactivated', 'deleted'] },
  },
});
