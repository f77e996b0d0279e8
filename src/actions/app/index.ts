import { createAppGrant } from './create-app-grant.ts';
import { createGroupPushMapping } from './create-group-push-mapping.ts';
import { deleteGroupPushMapping } from './delete-group-push-mapping.ts';
import { getAppMetadata } from './get-app-metadata.ts';
import { listGroupPushMappings } from './list-group-push-mappings.ts';
import { listProfileMappings } from './list-profile-mappings.ts';
import { listUserApps } from './list-user-apps.ts';
import { revokeAppTokens } from './revoke-app-tokens.ts';
import { updateAppFeature } from './update-app-feature.ts';

/** In display order. */
export const appActions = [
  listUserApps,
  updateAppFeature,
  createAppGrant,
  revokeAppTokens,
  listGroupPushMappings,
  createGroupPushMapping,
  deleteGroupPushMapping,
  getAppMetadata,
  listProfileMappings,
] as const;
