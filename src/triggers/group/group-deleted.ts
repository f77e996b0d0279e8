import { group } from '../../resources/group/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const groupDeleted = logTrigger({
  key: 'group_deleted',
  resource: group,
  title: 'Group deleted',
  description: 'Fires when a group is deleted.',
  eventTypes: ['group.lifecycle.delete'],
  narrowedBy: ['group'],
});
