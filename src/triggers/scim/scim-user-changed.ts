import { scimTrigger } from '../sources/scim/scim-trigger.ts';

export const scimUserChanged = scimTrigger('scim_user_changed', {
  noun: 'SCIM user',
  title: 'Okta changed a user',
  description:
    'Fires when Okta changes attributes of a user through the SCIM server: before, after, and the paths of what differs.',
  kinds: ['user.changed'],
});
