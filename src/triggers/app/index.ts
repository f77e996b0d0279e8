import { appAssigned } from './app-assigned.ts';
import { appUnassigned } from './app-unassigned.ts';
import { credentialExpiring } from './credential-expiring.ts';

/** In display order. */
export const appTriggers = [appAssigned, appUnassigned, credentialExpiring] as const;
