import { scimTrigger } from '../sources/scim/scim-trigger.ts';

export const scimMembershipChanged = scimTrigger('scim_membership_changed', {
  noun: 'SCIM membership',
  title: 'Okta changed a membership',
  description:
    'Fires for each member whom Okta adds to a pushed group or removes from it: the group and the member are in after, or in before.',
  kinds: ['membership.added', 'membership.removed'],
});
