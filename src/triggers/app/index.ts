import { appAssigned } from './app-assigned.ts';
import { appUnassigned } from './app-unassigned.ts';

/** In the order in which lists show them. */
export const appTriggers = [appAssigned, appUnassigned] as const;
