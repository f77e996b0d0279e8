import { publication, signingRequests } from '../apps/signing-request.ts';
import type { Endpoint } from '../http.ts';
import { found } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';
import { identityProviderKind } from './identity-providers.ts';
import { addSigningKey } from './provider-signing.ts';

/** Requests for the certificates with which the org signs its requests to an identity provider. */
export const providerRequestKind = defineKind({
  ...signingRequests,
  path: '/api/v1/idps/:idpId/credentials/csrs',
  param: 'idpCsrId',
  scope: 'okta.idps',
  guard: (call) => void found(call, identityProviderKind),
});

export const providerRequestEndpoints: Endpoint[] = [publication(providerRequestKind, addSigningKey)];
