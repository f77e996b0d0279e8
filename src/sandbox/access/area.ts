import type { Area } from '../kinds/area.ts';
import { adminEndpoints } from './admins.ts';
import { bindingEndpoints } from './bindings.ts';
import { customRoles, permissionEndpoints } from './custom-roles.ts';
import { resourceEndpoints, resourceSets } from './resource-sets.ts';
import { uiSchemas } from './ui-schemas.ts';
import { seedZones, zones } from './zones.ts';

export const accessArea: Area = {
  number: 6,
  kinds: [zones, customRoles, resourceSets, uiSchemas],
  endpoints: [...permissionEndpoints, ...resourceEndpoints, ...bindingEndpoints, ...adminEndpoints],
  seed: seedZones,
};
