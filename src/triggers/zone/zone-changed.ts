import { zone } from '../../resources/zone/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const zoneChanged = logTrigger({
  key: 'zone_changed',
  resource: zone,
  title: 'Network zone changed',
  description:
    'Fires when a network zone is created, changed, activated, deactivated, deleted, or begins or ceases to block.',
  eventTypes: [
    'zone.create',
    'zone.update',
    'zone.activate',
    'zone.deactivate',
    'zone.delete',
    'zone.make_blacklist',
    'zone.remove_blacklist',
  ],
  narrowedBy: ['zone'],
});
