import { scimTrigger } from '../sources/scim/scim-trigger.ts';

export const scimGroupChanged = scimTrigger('scim_group_changed', {
  noun: 'SCIM group',
  title: 'Okta changed a group',
  description:
    'Fires when Okta pushes a new group through the SCIM server, renames one, or deletes one because it is no longer pushed.',
  kinds: ['group.created', 'group.changed', 'group.deleted'],
});
