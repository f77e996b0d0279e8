import { appAccessDenied } from './app-access-denied.ts';
import { appAssigned } from './app-assigned.ts';
import { appCreated } from './app-created.ts';
import { appDeactivated } from './app-deactivated.ts';
import { appDeleted } from './app-deleted.ts';
import { appUnassigned } from './app-unassigned.ts';
import { appUpdated } from './app-updated.ts';
import { credentialExpiring } from './credential-expiring.ts';
import { importFailed } from './import-failed.ts';
import { provisioningFailed } from './provisioning-failed.ts';
import { tokenReuseDetected } from './token-reuse-detected.ts';

/** In display order. */
export const appTriggers = [
  appAssigned,
  appUnassigned,
  credentialExpiring,
  appCreated,
  appUpdated,
  appDeactivated,
  appDeleted,
  appAccessDenied,
  provisioningFailed,
  importFailed,
  tokenReuseDetected,
] as const;
