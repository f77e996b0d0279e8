import { user } from '../../resources/user/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const sessionsCleared = logTrigger({
  key: 'sessions_cleared',
  resource: user,
  title: 'Sessions cleared',
  description: 'Fires when all sessions of a user are ended.',
  eventTypes: ['user.session.clear'],
  includes: user,
  narrowedBy: ['user'],
});
