import packageJson from '../package.json' with { type: 'json' };
import { callApi } from './actions/api/call-api.ts';
import { listUserApps } from './actions/app/list-user-apps.ts';
import { addUserToGroup } from './actions/group/add-user-to-group.ts';
import { findGroupsByName } from './actions/group/find-groups-by-name.ts';
import { listGroupMembers } from './actions/group/list-group-members.ts';
import { listUserGroups } from './actions/group/list-user-groups.ts';
import { removeUserFromGroup } from './actions/group/remove-user-from-group.ts';
import { listLogonsByIp } from './actions/log/list-logons-by-ip.ts';
import { activateUser } from './actions/user/activate-user.ts';
import { createUser } from './actions/user/create-user.ts';
import { deactivateUser } from './actions/user/deactivate-user.ts';
import { deleteUser } from './actions/user/delete-user.ts';
import { expirePassword } from './actions/user/expire-password.ts';
import { forgotPassword } from './actions/user/forgot-password.ts';
import { getUser } from './actions/user/get-user.ts';
import { resetPassword } from './actions/user/reset-password.ts';
import { searchUsers } from './actions/user/search-users.ts';
import { suspendUser } from './actions/user/suspend-user.ts';
import { unsuspendUser } from './actions/user/unsuspend-user.ts';
import { updateUser } from './actions/user/update-user.ts';
import { apiTokenAuth, authorizationCodeAuth, clientCredentialsAuth } from './auth/connection.ts';
import type { ActionDefinition } from './define.ts';
import { InputError } from './errors/errors.ts';
import { apps } from './options/apps.ts';
import { groups } from './options/groups.ts';
import { users } from './options/users.ts';

/** The registry: everything else (manifest, docs, command line, hosts, contract tests) is derived from it. */
export const connector = {
  identity: {
    key: 'okta',
    title: 'Okta',
    description: 'Users, groups, apps and events of an Okta org.',
    docsUrl: 'https://developer.okta.com/docs/api/',
    version: packageJson.version,
  },
  authModes: [apiTokenAuth, authorizationCodeAuth, clientCredentialsAuth],
  actions: [
    createUser,
    getUser,
    searchUsers,
    updateUser,
    activateUser,
    deactivateUser,
    suspendUser,
    unsuspendUser,
    deleteUser,
    resetPassword,
    expirePassword,
    forgotPassword,
    addUserToGroup,
    removeUserFromGroup,
    listGroupMembers,
    listUserGroups,
    findGroupsByName,
    listUserApps,
    listLogonsByIp,
    callApi,
  ] as unknown as readonly ActionDefinition[],
  options: [users, groups, apps],
};

/** The action with this key. @throws InputError `unknown_operation`, naming close ones. */
export function actionOf(key: string): ActionDefinition {
  const action = connector.actions.find((one) => one.key === key);
  if (action) return action;
  const words = key.split(/[_-]/);
  const close = connector.actions.filter((one) =>
    words.some((word) => word.length > 2 && one.key.includes(word)),
  );
  throw new InputError(`There is no action ${key}`, {
    code: 'unknown_operation',
    hint:
      close.length > 0
        ? `Did you mean ${close.map((one) => one.key).join(', ')}?`
        : 'See "okta-connector actions".',
  });
}
