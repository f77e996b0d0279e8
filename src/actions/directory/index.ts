import { previewSync } from './preview-sync.ts';

/** In the order in which lists show them. */
export const directoryActions = [previewSync] as const;
