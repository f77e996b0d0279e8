import { groupEndpoints } from '../groups/groups.ts';
import { memberEndpoints } from '../groups/members.ts';
import type { Area } from '../kinds/area.ts';
import { ownerEndpoints } from './owners.ts';
import { ruleEndpoints } from './rules.ts';

export const groupArea: Area = {
  number: 1,
  endpoints: [...ruleEndpoints, ...groupEndpoints, ...memberEndpoints, ...ownerEndpoints],
};
