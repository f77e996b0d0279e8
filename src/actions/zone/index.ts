import { createZone } from './create-zone.ts';
import { deleteZone } from './delete-zone.ts';
import { listZones } from './list-zones.ts';
import { updateZone } from './update-zone.ts';

/** In display order. */
export const zoneActions = [listZones, createZone, updateZone, deleteZone] as const;
