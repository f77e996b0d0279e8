import type { Area } from '../kinds/area.ts';
import { catalogEntries } from './catalog.ts';
import { campaignEndpoints, campaigns, reviews } from './certifications.ts';
import { entitlements, principalEntitlements } from './entitlements.ts';
import { importEndpoints, importSessions } from './import-sessions.ts';
import { realmAssignments, realms, seedRealm } from './realms.ts';
import { requestConditions, requestRuleEndpoints, requestSequences } from './request-rules.ts';
import { accessRequests, requestEndpoints } from './requests.ts';
import { membershipEndpoints, sourceGroups, sourceUsers } from './source-records.ts';
import { typedRequestEndpoints, typedRequests } from './typed-requests.ts';

export const governanceArea: Area = {
  number: 9,
  kinds: [
    ...[realms, realmAssignments, importSessions, sourceUsers, sourceGroups],
    ...[campaigns, reviews, entitlements, principalEntitlements],
    ...[catalogEntries, accessRequests, typedRequests, requestConditions, requestSequences],
  ],
  endpoints: [
    ...[...importEndpoints, ...membershipEndpoints],
    ...[...campaignEndpoints, ...requestEndpoints, ...typedRequestEndpoints, ...requestRuleEndpoints],
  ],
  seed: seedRealm,
};
