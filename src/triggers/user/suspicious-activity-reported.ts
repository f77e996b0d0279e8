import { user } from '../../resources/user/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const suspiciousActivityReported = logTrigger({
  key: 'suspicious_activity_reported',
  resource: user,
  title: 'Suspicious activity reported',
  description: 'Fires when a user reports activity that was not their own.',
  eventTypes: ['user.account.report_suspicious_activity_by_enduser'],
  includes: user,
  narrowedBy: ['user'],
  userPlace: 'actor',
});
