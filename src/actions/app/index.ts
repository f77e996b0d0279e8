import { listUserApps } from './list-user-apps.ts';

/** In the order in which lists show them. */
export const appActions = [listUserApps] as const;
