import { defineResource } from '../../define.ts';

/** Users, groups and memberships as a whole. Without the log, deletions are found once a day; apps are read for a scope only. */
export const directory = defineResource({
  key: 'directory',
  title: 'Directory',
  job: 'people',
  scopes: ['okta.users.read', 'okta.groups.read', 'okta.logs.read', 'okta.apps.read'],
});
