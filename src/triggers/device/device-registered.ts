import { device } from '../../resources/device/resource.ts';
import { user } from '../../resources/user/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const deviceRegistered = logTrigger({
  key: 'device_registered',
  resource: device,
  title: 'Device registered',
  description: 'Fires when a device is enrolled, or gets another user.',
  eventTypes: ['device.enrollment.create', 'device.user.add'],
  includes: user,
  narrowedBy: ['device', 'user'],
  userPlace: 'actor',
});
