import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { changeOutput, setLifecycle } from '../../resources/changes.ts';
import { docsOf } from '../../resources/docs.ts';
import { identityProvider } from '../../resources/identity-provider/resource.ts';
import { ref, resolvedId } from '../../resources/reference.ts';

const path = '/api/v1/idps/{idpId}';

export const activateIdp = defineAction({
  key: 'activate_idp',
  resource: identityProvider,
  title: 'Activate identity provider',
  description:
    'Lets users sign in through an identity provider again; nothing changes if it is active already.',
  docsUrl: docsOf('IdentityProvider', 'activateIdentityProvider'),
  scopes: ['okta.idps.manage', 'okta.idps.read'],
  effect: { kind: 'write', idempotent: true, destructive: false },
  input: z.strictObject({ idpId: ref(identityProvider) }),
  output: changeOutput({ idpId: identityProvider }),
  calls: [`GET ${path}`, `POST ${path}/lifecycle/activate`],
  async run(context, { idpId: reference }) {
    const params = { idpId: await resolvedId(context, identityProvider, reference) };
    return setLifecycle(context, { path, params }, 'activate', 'ACTIVE');
  },
  sample: {
    input: { idpId: 'Partner login' },
    output: { idpId: '0oa1abcdefghijklmnop', changed: true, status: 'ACTIVE' },
  },
});
