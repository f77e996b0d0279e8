import { scimTrigger } from '../sources/scim/scim-trigger.ts';

export const scimUserDeactivated = scimTrigger('scim_user_deactivated', {
  noun: 'SCIM user',
  title: 'Okta deactivated a user',
  description:
    'Fires when Okta deactivates a user through the SCIM server, usually because the assignment to the app ended. Okta never deletes a user.',
  kinds: ['user.deactivated'],
});
