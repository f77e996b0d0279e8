import { previewSync } from './preview-sync.ts';
import { runSync } from './run-sync.ts';

/** In the order in which lists show them. */
export const directoryActions = [previewSync, runSync] as const;
