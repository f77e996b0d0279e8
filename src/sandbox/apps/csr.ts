import type { Endpoint } from '../http.ts';
import { defineKind } from '../kinds/kind.ts';
import { appParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import { appById } from './apps.ts';
import { addKey } from './keys.ts';
import { publication, signingRequests } from './signing-request.ts';

/** An app's requests for certificates. */
export const signingRequestKind = defineKind({
  ...signingRequests,
  path: '/api/v1/apps/:appId/credentials/csrs',
  param: 'csrId',
  scope: 'okta.apps',
  guard: appById,
  events: { create: 'app.app_instance.csr.generate', delete: 'app.app_instance.csr.revoke' },
});

export const signingRequestEndpoints: Endpoint[] = [
  publication(signingRequestKind, (call, certificate) => {
    const app = appById(call);
    record(call, 'app.app_instance.csr.publish', { target: [appParty(app)] });
    return addKey(call, app, certificate);
  }),
];
