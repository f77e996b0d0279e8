import { activateDevice } from './activate-device.ts';
import { deactivateDevice } from './deactivate-device.ts';
import { deleteDevice } from './delete-device.ts';
import { listDevices } from './list-devices.ts';
import { suspendDevice } from './suspend-device.ts';
import { unsuspendDevice } from './unsuspend-device.ts';

/** In display order. */
export const deviceActions = [
  listDevices,
  suspendDevice,
  unsuspendDevice,
  deactivateDevice,
  activateDevice,
  deleteDevice,
] as const;
