import { adminAccessChanged } from './admin-access-changed.ts';

/** In display order. */
export const roleTriggers = [adminAccessChanged] as const;
