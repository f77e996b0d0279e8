import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/http/clock.ts';
import { groupRule } from '../support/group-rules.ts';
import { rejection } from '../support/server.ts';
import { type Bench, useBench } from './support.ts';

let { org, client } = {} as Bench;
const waits: number[] = [];
const clock = {
  ...systemClock,
  async sleep(ms: number) {
    waits.push(ms);
  },
};
useBench(
  (made) => {
    waits.length = 0;
    ({ org, client } = made);
  },
  { clock },
);

const appGroup = async () =>
  (await org.api('GET', '/api/v1/groups?filter=type%20eq%20%22APP_GROUP%22&limit=1'))[0];

describe('groups', () => {
  it('create_group names the group that has the name', async () => {
    const { id, name } = await org.group('Field sales');
    const error = await rejection(client.run('create_group', { profile: { name } }));
    expect(error).toMatchObject({ code: 'already_exists', actor: 'caller' });
    expect(error.message).toContain(id);
  });

  it('create_group does not take an imported group, or one of several, for the one to reuse', async () => {
    const { profile } = await appGroup();
    const [one, two] = [await org.group('Twins'), await org.group('Twins')];
    for (const name of [profile.name, one.name]) {
      const reused = client.run('create_group', { profile: { name }, ifExists: 'reuse' });
      expect(await rejection(reused)).toMatchObject({ code: 'already_exists' });
    }
    expect(one.id).not.toBe(two.id);
  });

  it.each([
    ['update_group', { profile: { description: 'x' } }],
    ['delete_group', {}],
    ['add_user_to_group', { userId: 'admin' }],
  ] as const)('%s says that an imported group belongs to its app', async (key, input) => {
    const groupId = (await appGroup()).id;
    const error = await rejection(client.run(key, { ...input, groupId } as never));
    expect(error).toMatchObject({ oktaCode: 'E0000006', hint: expect.stringContaining('APP_GROUP') });
  });

  it('set_user_groups names what it did before it failed', async () => {
    const [user, sales] = [await org.user('ana'), await org.group('Sales')];
    const groupIds = [sales.id, (await appGroup()).id];
    const error = await rejection(client.run('set_user_groups', { userId: user.id, groupIds }));
    expect(error.message).toContain(`Done so far: added to ${sales.id}`);
    expect(await client.run('set_user_groups', { userId: user.id, groupIds: [sales.id] })).toMatchObject({
      changed: false,
    });
  });

  it('list_groups takes search alone', async () => {
    const error = await rejection(client.run('list_groups', { search: 'id pr', quickSearch: 'a' }));
    expect(error).toMatchObject({ code: 'invalid_input' });
  });

  it.each([
    ['USER', '00g1abcdefghijklmnop'],
    ['GROUP', '00u1abcdefghijklmnop'],
  ] as const)('add_group_owner tells the id of another type from a %s', async (type, ownerId) => {
    const { id } = await org.group('Sales');
    const error = await rejection(client.run('add_group_owner', { groupId: id, ownerId, type }));
    expect(error).toMatchObject({ code: 'invalid_input', message: expect.stringContaining(type) });
  });
});

describe('group rules', () => {
  it.each([
    ['activate_group_rule', {}],
    ['update_group_rule', { name: 'Other' }],
  ] as const)('%s says what became of an invalid rule', async (key, input) => {
    const { id, group } = await groupRule(org, { active: true });
    await org.api('DELETE', `/api/v1/groups/${group.id}`);
    const error = await rejection(client.run(key, { groupRuleId: id, ...input }));
    expect(error).toMatchObject({ code: 'wrong_state', message: expect.stringContaining('INVALID') });
  });

  it('update_group_rule leaves an active rule active if Okta refuses the change', async () => {
    const { id, path } = await groupRule(org, { active: true });
    const update = client.run('update_group_rule', { groupRuleId: id, expression: 'user.city ==' });
    expect(await rejection(update)).toMatchObject({ code: 'validation_failed' });
    expect((await org.api('GET', path)).status).toBe('ACTIVE');
  });

  it('update_group_rule deactivates a rule that is to be inactive', async () => {
    const { id } = await groupRule(org, { active: true });
    expect(await client.run('update_group_rule', { groupRuleId: id, status: 'INACTIVE' })).toMatchObject({
      ...{ status: 'INACTIVE', changed: true, steps: ['deactivated'] },
    });
  });

  it('are offered by name, those that have a word in it', async () => {
    const [sales] = [await groupRule(org), await groupRule(org, { name: 'Lab' })];
    const { items } = await client.options('group_rules', { search: 'sales' });
    expect(items).toEqual([{ value: sales.id, label: sales.name }]);
  });

  it('create_group_rule waits a second while Okta puts the order of rules right', async () => {
    const { id } = await org.group('Sales');
    const fault = { kind: 'status', status: 423, body: { errorCode: 'E0000239', errorSummary: 'Busy' } };
    await org.control('POST', '/faults', { method: 'POST', path: '/groups/rules$', times: 2, fault });
    const rule = { name: 'Sales', expression: 'true', groupIds: [id] };
    expect(await client.run('create_group_rule', rule)).toMatchObject({ status: 'INACTIVE' });
    expect(waits).toHaveLength(2);
    for (const ms of waits) expect(ms).toBeLessThan(2_500);
  });

  it('create_group_rule says that the rule is there if it cannot be activated', async () => {
    const { id } = await org.group('Sales');
    const fault = { kind: 'status', status: 403, body: { errorCode: 'E0000006', errorSummary: 'No' } };
    await org.control('POST', '/faults', { method: 'POST', path: '/lifecycle/activate$', fault });
    const rule = { name: 'Sales', expression: 'true', groupIds: [id], activate: true };
    const error = await rejection(client.run('create_group_rule', rule));
    expect(error.message).toContain('Done so far: created');
  });
});
