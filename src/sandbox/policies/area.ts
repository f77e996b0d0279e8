import type { Area } from '../kinds/area.ts';
import { authorizationServerKind } from './authorization-servers.ts';
import { claimKind, scopeKind } from './claims.ts';
import { identityProviderEndpoints, identityProviderKind } from './identity-providers.ts';
import { policyKind } from './policies.ts';
import { policyMappingKind, policyRelationEndpoints } from './policy-relations.ts';
import { providerKeyEndpoints, providerKeyKind } from './provider-keys.ts';
import { providerMetadataEndpoints } from './provider-metadata.ts';
import { providerRequestEndpoints, providerRequestKind } from './provider-requests.ts';
import { signingKeyEndpoints, signingKeyKind } from './provider-signing.ts';
import { providerUserEndpoints, providerUserKind } from './provider-users.ts';
import { policyRuleKind } from './rules.ts';
import { seedPolicies } from './seed-policies.ts';
import { seedDefaultServer } from './seed-server.ts';
import { serverEndpoints } from './server-keys.ts';
import { serverMetadataEndpoints } from './server-metadata.ts';
import { serverPolicyKind, serverRuleKind } from './server-policies.ts';
import { simulateEndpoints } from './simulate.ts';
import { trustedOriginKind } from './trusted-origins.ts';

/** Policies, authorization servers, identity providers and trusted origins. */
export const policyArea: Area = {
  number: 7,
  kinds: [
    policyKind,
    policyRuleKind,
    policyMappingKind,
    authorizationServerKind,
    claimKind,
    scopeKind,
    serverPolicyKind,
    serverRuleKind,
    providerKeyKind,
    identityProviderKind,
    signingKeyKind,
    providerRequestKind,
    providerUserKind,
    trustedOriginKind,
  ],
  endpoints: [
    ...simulateEndpoints,
    ...policyRelationEndpoints,
    ...serverEndpoints,
    ...serverMetadataEndpoints,
    ...providerKeyEndpoints,
    ...identityProviderEndpoints,
    ...providerMetadataEndpoints,
    ...signingKeyEndpoints,
    ...providerRequestEndpoints,
    ...providerUserEndpoints,
  ],
  seed(org, ids) {
    seedPolicies(org, ids);
    seedDefaultServer(org, ids);
  },
};
