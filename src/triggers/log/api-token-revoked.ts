import { log } from '../../resources/log/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const apiTokenRevoked = logTrigger({
  key: 'api_token_revoked',
  resource: log,
  title: 'API token revoked',
  description: 'Fires when an API token is revoked.',
  eventTypes: ['system.api_token.revoke'],
});
