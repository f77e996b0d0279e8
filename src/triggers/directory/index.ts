import { directoryChanged } from './directory-changed.ts';

/** In display order. */
export const directoryTriggers = [directoryChanged] as const;
