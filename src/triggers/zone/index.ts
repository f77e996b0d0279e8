import { zoneChanged } from './zone-changed.ts';

/** In display order. */
export const zoneTriggers = [zoneChanged] as const;
