import { deviceRegistered } from './device-registered.ts';
import { deviceStatusChanged } from './device-status-changed.ts';

/** In display order. */
export const deviceTriggers = [deviceRegistered, deviceStatusChanged] as const;
