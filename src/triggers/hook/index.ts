import { hookChanged } from './hook-changed.ts';

/** In display order. */
export const hookTriggers = [hookChanged] as const;
