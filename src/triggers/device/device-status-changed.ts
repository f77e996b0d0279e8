import { device } from '../../resources/device/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const deviceStatusChanged = logTrigger({
  key: 'device_status_changed',
  resource: device,
  title: 'Device status changed',
  description: 'Fires when a device is activated, suspended, unsuspended, deactivated or deleted.',
  eventTypes: [
    'device.lifecycle.activate',
    'device.lifecycle.suspend',
    'device.lifecycle.unsuspend',
    'device.lifecycle.deactivate',
    'device.lifecycle.delete',
  ],
  narrowedBy: ['device'],
});
