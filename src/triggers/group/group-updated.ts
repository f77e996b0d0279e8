import { group } from '../../resources/group/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const groupUpdated = logTrigger({
  key: 'group_updated',
  resource: group,
  title: 'Group updated',
  description: 'Fires when the name, description or another attribute of a group changes.',
  eventTypes: ['group.profile.update'],
  includes: group,
  narrowedBy: ['group'],
  tellsChanges: { of: 'names', example: 'name' },
});
