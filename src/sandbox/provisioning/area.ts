import type { Area } from '../kinds/area.ts';
import { apiServiceKind } from './api-services.ts';
import { featureEndpoints } from './features.ts';
import { federatedClaimKind } from './federated-claims.ts';
import { grantEndpoints, grantKind, seedGrants } from './grants.ts';
import { groupPushKind } from './group-push.ts';
import { hookKeyEndpoints, hookKeyKind } from './hook-keys.ts';
import { inlineHookKind } from './inline-hooks.ts';
import { logStreamSchemaEndpoints } from './log-stream-schemas.ts';
import { logStreamKind } from './log-streams.ts';
import { mappingEndpoints, mappingKind } from './mappings.ts';
import { securityEventsProviderKind } from './security-events.ts';
import { tokenEndpoints, tokenKind } from './tokens.ts';

/** What connects the org with other systems: provisioning, API access of apps, hooks and streams. */
export const provisioningArea: Area = {
  number: 3,
  kinds: [
    grantKind,
    tokenKind,
    groupPushKind,
    federatedClaimKind,
    mappingKind,
    inlineHookKind,
    hookKeyKind,
    logStreamKind,
    securityEventsProviderKind,
    apiServiceKind,
  ],
  endpoints: [
    ...featureEndpoints,
    ...grantEndpoints,
    ...tokenEndpoints,
    ...mappingEndpoints,
    ...hookKeyEndpoints,
    ...logStreamSchemaEndpoints,
  ],
  seed: seedGrants,
};
