import { group } from '../../resources/group/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const groupCreated = logTrigger({
  key: 'group_created',
  resource: group,
  title: 'Group created',
  description: 'Fires when a group is created.',
  eventTypes: ['group.lifecycle.create'],
  includes: group,
});
