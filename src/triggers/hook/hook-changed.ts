import { eventHook } from '../../resources/event-hook/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const hookChanged = logTrigger({
  key: 'hook_changed',
  resource: eventHook,
  title: 'Hook changed',
  description:
    'Fires when an event hook or inline hook is created, changed, activated, deactivated or deleted.',
  eventTypes: [
    'event_hook.created',
    'event_hook.updated',
    'event_hook.activated',
    'event_hook.deactivated',
    'event_hook.deleted',
    'inline_hook.created',
    'inline_hook.updated',
    'inline_hook.activated',
    'inline_hook.deactivated',
    'inline_hook.deleted',
  ],
});
