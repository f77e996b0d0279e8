import { scimTrigger } from '../sources/scim/scim-trigger.ts';

export const scimUserProvisioned = scimTrigger('scim_user_provisioned', {
  noun: 'SCIM user',
  title: 'Okta provisioned a user',
  description:
    'Fires when Okta creates a user through the SCIM server, usually because somebody was assigned to the app. An assignment after a deactivation is a reactivation.',
  kinds: ['user.provisioned'],
});
