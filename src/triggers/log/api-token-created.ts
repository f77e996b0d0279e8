import { log } from '../../resources/log/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const apiTokenCreated = logTrigger({
  key: 'api_token_created',
  resource: log,
  noun: 'API token',
  title: 'API token created',
  description: 'Fires when an API token is created.',
  eventTypes: ['system.api_token.create'],
});
