import { log } from '../../resources/log/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const rateLimitWarned = logTrigger({
  key: 'rate_limit_warned',
  resource: log,
  noun: 'rate limit',
  title: 'Rate limit warned',
  description: 'Fires when a rate limit of the org is nearly or completely exhausted.',
  eventTypes: ['system.org.rate_limit.warning', 'system.org.rate_limit.violation'],
});
