import { identityProvider } from '../../resources/identity-provider/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const identityProviderChanged = logTrigger({
  key: 'identity_provider_changed',
  resource: identityProvider,
  title: 'Identity provider changed',
  description: 'Fires when an identity provider is created, changed, activated, deactivated or deleted.',
  eventTypes: [
    'system.idp.lifecycle.create',
    'system.idp.lifecycle.update',
    'system.idp.lifecycle.activate',
    'system.idp.lifecycle.deactivate',
    'system.idp.lifecycle.delete',
  ],
  narrowedBy: ['identityProvider'],
  tellsChanges: { of: 'values', example: 'credentials_client_id' },
});
