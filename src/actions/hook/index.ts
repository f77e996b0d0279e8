import { deleteEventHook } from './delete-event-hook.ts';
import { listEventHooks } from './list-event-hooks.ts';
import { listInlineHooks } from './list-inline-hooks.ts';

/** In display order. */
export const hookActions = [listEventHooks, deleteEventHook, listInlineHooks] as const;
