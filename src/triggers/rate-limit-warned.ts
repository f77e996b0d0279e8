import { typedTrigger } from './sources/typed.ts';

export const rateLimitWarned = typedTrigger({
  key: 'rate_limit_warned',
  resource: 'log',
  title: 'Rate limit warned',
  description: 'Fires when a rate limit of the org is nearly used up, or used up.',
  eventTypes: ['system.org.rate_limit.warning', 'system.org.rate_limit.violation'],
});
