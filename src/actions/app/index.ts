import { listUserApps } from './list-user-apps.ts';

/** In display order. */
export const appActions = [listUserApps] as const;
