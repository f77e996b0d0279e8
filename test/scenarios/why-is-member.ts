import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { groupRule } from '../support/group-rules.ts';
import { scenario } from '../support/scenario.ts';

const apart = async (org: Org) => ({ user: await org.user('ana'), group: await org.group('Field sales') });

export default [
  scenario('why_is_member', {
    name: 'names the rule that put a user into a group',
    async arrange(org) {
      const user = await org.user('ana', { profile: { department: `Sales ${org.run}` } });
      const rule = await groupRule(org, { active: true });
      return { user, rule };
    },
    input: ({ user, rule }) => ({ userId: user.login, groupId: rule.group.name }),
    check: (output, { user, rule }) =>
      expect(output).toMatchObject({
        ...{ userId: user.id, groupId: rule.group.id, isMember: true, addedBy: 'rule' },
        rules: [{ id: rule.id, name: rule.name }],
      }),
  }),
  scenario('why_is_member', {
    name: 'tells that a member was added by hand, on the second page of the groups',
    async arrange(org) {
      const { user, group } = await apart(org);
      await org.member(user, group);
      await org.pagesOf(1);
      return { user, group };
    },
    input: ({ user, group }) => ({ userId: user.id, groupId: group.id }),
    check: (output) => expect(output).toMatchObject({ isMember: true, addedBy: 'hand', rules: [] }),
  }),
  scenario('why_is_member', {
    name: 'tells that a user is no member',
    arrange: apart,
    input: ({ user, group }) => ({ userId: user.id, groupId: group.id }),
    check: (output, { user, group }) =>
      expect(output).toEqual({ userId: user.id, groupId: group.id, isMember: false, rules: [] }),
  }),
  scenario('why_is_member', {
    name: 'tells that everyone is in Everyone',
    arrange: (org) => org.user('ana'),
    input: ({ id }) => ({ userId: id, groupId: 'Everyone' }),
    check: (output) => expect(output).toMatchObject({ isMember: true, addedBy: 'okta', rules: [] }),
  }),
];
