import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { changeOutput, setLifecycle } from '../../resources/changes.ts';
import { docsOf } from '../../resources/docs.ts';
import { identityProvider } from '../../resources/identity-provider/resource.ts';
import { ref, resolvedId } from '../../resources/reference.ts';

const path = '/api/v1/idps/{idpId}';

export const deactivateIdp = defineAction({
  key: 'deactivate_idp',
  resource: identityProvider,
  title: 'Deactivate identity provider',
  description:
    'Ends signing in through an identity provider. Users who can sign in only there are locked out until it is activated again.',
  docsUrl: docsOf('IdentityProvider', 'deactivateIdentityProvider'),
  scopes: ['okta.idps.manage', 'okta.idps.read'],
  effect: { kind: 'write', idempotent: true, destructive: true },
  input: z.strictObject({ idpId: ref(identityProvider) }),
  output: changeOutput({ idpId: identityProvider }),
  calls: [`GET ${path}`, `POST ${path}/lifecycle/deactivate`],
  async run(context, { idpId: reference }) {
    const params = { idpId: await resolvedId(context, identityProvider, reference) };
    return setLifecycle(context, { path, params }, 'deactivate', 'INACTIVE');
  },
  sample: {
    input: { idpId: 'Partner login' },
    output: { idpId: '0oa1abcdefghijklmnop', changed: true, status: 'INACTIVE' },
  },
});
