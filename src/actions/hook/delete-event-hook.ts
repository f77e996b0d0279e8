import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { isOktaError } from '../../errors/errors.ts';
import { change, changeOutput, GONE, setLifecycle } from '../../resources/changes.ts';
import { docsOf } from '../../resources/docs.ts';
import { eventHook } from '../../resources/event-hook/resource.ts';
import { ref } from '../../resources/reference.ts';

const path = '/api/v1/eventHooks/{eventHookId}';

export const deleteEventHook = defineAction({
  key: 'delete_event_hook',
  resource: eventHook,
  title: 'Delete event hook',
  description:
    'Deletes an event hook, which Okta deactivates first; its events are no longer delivered. Nothing changes if it is gone already.',
  docsUrl: docsOf('EventHook', 'deleteEventHook'),
  scopes: ['okta.eventHooks.manage', 'okta.eventHooks.read'],
  effect: { kind: 'write', idempotent: true, destructive: true },
  input: z.strictObject({ eventHookId: ref(eventHook) }),
  output: changeOutput({ eventHookId: eventHook }),
  calls: [`GET ${path}`, `POST ${path}/lifecycle/deactivate`, `DELETE ${path}`],
  async run(context, { eventHookId: reference }) {
    const params = { eventHookId: (await eventHook.names?.resolve(context, reference)) ?? reference };
    try {
      await context.step('deactivated', () =>
        setLifecycle(context, { path, params }, 'deactivate', 'INACTIVE'),
      );
    } catch (error) {
      if (!isOktaError(error) || error.oktaCode !== GONE) throw error;
      return { ...params, changed: false };
    }
    await context.step('deleted', () => change(context, { method: 'DELETE', path, params }, [GONE]));
    return { ...params, changed: context.steps.length > 0 };
  },
  sample: {
    input: { eventHookId: 'Leavers to the HR flow' },
    output: { eventHookId: 'who1abcdefghijklmnop', changed: true },
  },
});
