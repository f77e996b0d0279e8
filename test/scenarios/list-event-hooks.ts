import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { eventHook } from '../support/hook.ts';
import { scenario } from '../support/scenario.ts';

async function twoHooks(org: Org) {
  return [await eventHook(org, 'Leavers'), await eventHook(org, 'Joiners')];
}

export default [
  scenario('list_event_hooks', {
    name: 'lists hooks without the values of their headers, over two pages',
    async arrange(org) {
      const hooks = await twoHooks(org);
      await org.pagesOf(1);
      return hooks;
    },
    input: () => ({}),
    check(output, hooks) {
      const own = output.filter(({ id }) => hooks.some((hook) => hook.id === id));
      expect(own.map(({ id }) => id)).toEqual(hooks.map(({ id }) => id));
      expect(own[0]?.channel?.config).toMatchObject({ headers: [{ key: 'X-Team' }] });
      expect(JSON.stringify(output)).not.toContain('team-9c41');
    },
  }),
  scenario('list_event_hooks', {
    name: 'lists the first hook',
    arrange: twoHooks,
    input: () => ({ limit: 1 }),
    check: (output) => expect(output).toMatchObject([{ status: 'ACTIVE' }]),
  }),
];
