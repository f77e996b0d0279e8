import { scimTrigger } from '../sources/scim/scim-trigger.ts';

export const scimUserReactivated = scimTrigger('scim_user_reactivated', {
  noun: 'SCIM user',
  title: 'Okta reactivated a user',
  description:
    'Fires when Okta assigns a user to the app again who was deactivated: the same user, with the same id.',
  kinds: ['user.reactivated'],
});
