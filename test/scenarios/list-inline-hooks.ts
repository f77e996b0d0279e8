import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { inlineHook } from '../support/hook.ts';
import { scenario } from '../support/scenario.ts';

async function twoHooks(org: Org) {
  return [
    await inlineHook(org, 'Claims', 'com.okta.oauth2.tokens.transform'),
    await inlineHook(org, 'Sign-up', 'com.okta.user.pre-registration'),
  ];
}

const ids = (hooks: { id: string }[]) => hooks.map(({ id }) => id);

export default [
  scenario('list_inline_hooks', {
    name: 'lists hooks without the values of their headers, over two pages',
    async arrange(org) {
      const hooks = await twoHooks(org);
      await org.pagesOf(1);
      return hooks;
    },
    input: () => ({}),
    check(output, hooks) {
      const own = output.filter(({ id }) => ids(hooks).includes(id));
      expect(ids(own)).toEqual(ids(hooks));
      expect(own[0]?.channel?.config).toMatchObject({ headers: [{ key: 'X-Team' }] });
      expect(JSON.stringify(output)).not.toContain('team-9c41');
    },
  }),
  scenario('list_inline_hooks', {
    name: 'lists the hooks of a type',
    arrange: twoHooks,
    input: () => ({ type: 'com.okta.user.pre-registration' }),
    check(output, hooks) {
      expect(ids(output)).toEqual(expect.arrayContaining(ids(hooks.slice(1))));
      expect(new Set(output.map(({ type }) => type)).size).toBe(1);
    },
  }),
  scenario('list_inline_hooks', {
    name: 'lists the first hook',
    arrange: twoHooks,
    input: () => ({ limit: 1 }),
    check: (output) => expect(output).toHaveLength(1),
  }),
];
