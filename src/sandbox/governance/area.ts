import type { Area } from '../kinds/area.ts';
import { importEndpoints, importSessions } from './import-sessions.ts';
import { realmAssignments, realms, seedRealm } from './realms.ts';
import { membershipEndpoints, sourceGroups, sourceUsers } from './source-records.ts';

export const governanceArea: Area = {
  number: 9,
  kinds: [realms, realmAssignments, importSessions, sourceUsers, sourceGroups],
  endpoints: [...importEndpoints, ...membershipEndpoints],
  seed: seedRealm,
};
