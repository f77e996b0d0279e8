import { appAssigned } from './app-assigned.ts';
import { appUnassigned } from './app-unassigned.ts';

/** In display order. */
export const appTriggers = [appAssigned, appUnassigned] as const;
