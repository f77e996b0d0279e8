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
import type { ActionDefinition, TriggerDefinition } from './define.ts';
import { InputError } from './errors/errors.ts';
import { apps } from './options/apps.ts';
import { eventTypes } from './options/event-types.ts';
import { groups } from './options/groups.ts';
import { users } from './options/users.ts';
import { adminRoleGranted } from './triggers/admin-role-granted.ts';
import { apiTokenCreated } from './triggers/api-token-created.ts';
import { appAssigned } from './triggers/app-assigned.ts';
import { appUnassigned } from './triggers/app-unassigned.ts';
import { mfaFactorReset } from './triggers/mfa-factor-reset.ts';
import { newEvent } from './triggers/new-event.ts';
import { newEventInstant } from './triggers/new-event-instant.ts';
import { rateLimitWarned } from './triggers/rate-limit-warned.ts';
import { searchEvents } from './triggers/search-events.ts';
import { signInFailed } from './triggers/sign-in-failed.ts';
import { userActivated } from './triggers/user-activated.ts';
import { userAddedToGroup } from './triggers/user-added-to-group.ts';
import { userCreated } from './triggers/user-created.ts';
import { userDeactivated } from './triggers/user-deactivated.ts';
import { userDeleted } from './triggers/user-deleted.ts';
import { userLockedOut } from './triggers/user-locked-out.ts';
import { userPasswordChanged } from './triggers/user-password-changed.ts';
import { userProfileUpdated } from './triggers/user-profile-updated.ts';
import { userRemovedFromGroup } from './triggers/user-removed-from-group.ts';
import { userSuspended } from './triggers/user-suspended.ts';

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
  triggers: [
    newEvent,
    newEventInstant,
    searchEvents,
    userCreated,
    userActivated,
    userDeactivated,
    userSuspended,
    userDeleted,
    userLockedOut,
    userPasswordChanged,
    userProfileUpdated,
    userAddedToGroup,
    userRemovedFromGroup,
    appAssigned,
    appUnassigned,
    signInFailed,
    mfaFactorReset,
    adminRoleGranted,
    apiTokenCreated,
    rateLimitWarned,
  ] as unknown as readonly TriggerDefinition[],
  options: [users, groups, apps, eventTypes],
  /** Inputs whose members are the profile attributes of the org, and what it takes to read which there are. */
  dynamicFields: { fills: ['profile'], scopes: ['okta.schemas.read'] },
};

/** The action with this key. @throws InputError `unknown_operation`, naming close ones. */
export const actionOf = (key: string): ActionDefinition => find('action', connector.actions, key);

/** The trigger with this key. @throws InputError `unknown_operation`, naming close ones. */
export const triggerOf = (key: string): TriggerDefinition => find('trigger', connector.triggers, key);

function find<T extends { key: string }>(what: string, all: readonly T[], key: string): T {
  const found = all.find((one) => one.key === key);
  if (found) return found;
  const words = key.split(/[_-]/);
  const close = all.filter((one) => words.some((word) => word.length > 2 && one.key.includes(word)));
  throw new InputError(`There is no ${what} ${key}`, {
    code: 'unknown_operation',
    hint:
      close.length > 0
        ? `Did you mean ${close.map((one) => one.key).join(', ')}?`
        : `Choose one that there is ("okta-connector ${what}s").`,
  });
}
