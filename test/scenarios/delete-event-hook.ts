import { expect } from 'vitest';
import { eventHook } from '../support/hook.ts';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('delete_event_hook', {
    name: 'deactivates and deletes a hook by its name',
    arrange: (org) => eventHook(org, 'Leavers'),
    input: ({ name }) => ({ eventHookId: name }),
    check: (output, { id }) => expect(output).toEqual({ eventHookId: id, changed: true }),
  }),
  scenario('delete_event_hook', {
    name: 'deletes an inactive hook',
    async arrange(org) {
      const hook = await eventHook(org, 'Leavers');
      await org.api('POST', `/api/v1/eventHooks/${hook.id}/lifecycle/deactivate`);
      return hook;
    },
    input: ({ id }) => ({ eventHookId: id }),
    check: (output, { id }) => expect(output).toEqual({ eventHookId: id, changed: true }),
  }),
  scenario('delete_event_hook', {
    name: 'sees that a hook is gone',
    async arrange(org) {
      const { id } = await eventHook(org, 'Leavers');
      await org.api('POST', `/api/v1/eventHooks/${id}/lifecycle/deactivate`);
      await org.api('DELETE', `/api/v1/eventHooks/${id}`);
      return id;
    },
    input: (id) => ({ eventHookId: id }),
    check: (output, id) => expect(output).toEqual({ eventHookId: id, changed: false }),
  }),
];
