import { activateApp } from './activate-app.ts';
import { assignAppPolicy } from './assign-app-policy.ts';
import { assignGroupToApp } from './assign-group-to-app.ts';
import { assignUserToApp } from './assign-user-to-app.ts';
import { createApp } from './create-app.ts';
import { createAppGrant } from './create-app-grant.ts';
import { createGroupPushMapping } from './create-group-push-mapping.ts';
import { deactivateApp } from './deactivate-app.ts';
import { deleteApp } from './delete-app.ts';
import { deleteGroupPushMapping } from './delete-group-push-mapping.ts';
import { generateAppCertificate } from './generate-app-certificate.ts';
import { getApp } from './get-app.ts';
import { getAppMetadata } from './get-app-metadata.ts';
import { listAppCertificates } from './list-app-certificates.ts';
import { listAppGroups } from './list-app-groups.ts';
import { listAppUsers } from './list-app-users.ts';
import { listApps } from './list-apps.ts';
import { listGroupPushMappings } from './list-group-push-mappings.ts';
import { listProfileMappings } from './list-profile-mappings.ts';
import { listUserApps } from './list-user-apps.ts';
import { revokeAppTokens } from './revoke-app-tokens.ts';
import { unassignGroupFromApp } from './unassign-group-from-app.ts';
import { unassignUserFromApp } from './unassign-user-from-app.ts';
import { updateApp } from './update-app.ts';
import { updateAppFeature } from './update-app-feature.ts';
import { updateAppUser } from './update-app-user.ts';

/** In display order. */
export const appActions = [
  listUserApps,
  listApps,
  getApp,
  createApp,
  updateApp,
  activateApp,
  deactivateApp,
  deleteApp,
  assignAppPolicy,
  listAppCertificates,
  generateAppCertificate,
  listAppUsers,
  assignUserToApp,
  updateAppUser,
  unassignUserFromApp,
  listAppGroups,
  assignGroupToApp,
  unassignGroupFromApp,
  updateAppFeature,
  createAppGrant,
  revokeAppTokens,
  listGroupPushMappings,
  createGroupPushMapping,
  deleteGroupPushMapping,
  getAppMetadata,
  listProfileMappings,
] as const;
