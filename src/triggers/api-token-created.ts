import { typedTrigger } from './sources/typed.ts';

export const apiTokenCreated = typedTrigger({
  key: 'api_token_created',
  resource: 'log',
  title: 'API token created',
  description: 'Fires when an API token is created.',
  eventTypes: ['system.api_token.create'],
});
