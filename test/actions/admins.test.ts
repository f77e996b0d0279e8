import { describe, expect, it } from 'vitest';
import { connect } from '../../src/connect.ts';
import { assign, customRole } from '../support/roles.ts';
import { rejection } from '../support/server.ts';
import { type Bench, useBench } from './support.ts';

let { sandbox, org, client } = {} as Bench;
useBench((made) => {
  ({ sandbox, org, client } = made);
});

describe('admin roles', () => {
  it.each([
    ['APP_ADMIN', { targetGroupIds: ['Sales'] }, /cannot be limited to groups/],
    ['USER_ADMIN', { targetAppNames: ['salesforce'] }, /cannot be limited to apps/],
    ['SUPER_ADMIN', { role: 'Group reader' }, /belong to the type CUSTOM/],
    ['CUSTOM', { role: 'Group reader' }, /needs both/],
  ])('%s with %j is refused before a request', async (type, rest, message) => {
    const input = { userId: '00u1abcdefghijklmnop', type, ...rest };
    const error = await rejection(client.run('assign_role_to_user', input as never));
    expect(error).toMatchObject({ code: 'invalid_input', message: expect.stringMatching(message) });
  });

  it('are not given to Everyone, to a group that rules fill, or to nobody', async () => {
    const everyone = (await org.api('GET', '/api/v1/groups?q=Everyone'))[0];
    const filled = await org.group('Filled');
    const expression = { type: 'urn:okta:expression:1.0', value: 'user.department=="Sales"' };
    await org.api('POST', '/api/v1/groups/rules', {
      ...{ type: 'group_rule', name: 'Fill', conditions: { expression } },
      actions: { assignUserToGroups: { groupIds: [filled.id] } },
    });
    for (const [groupId, oktaCode] of [
      [everyone.id, 'E0000211'],
      [filled.id, 'E0000192'],
    ]) {
      const error = await rejection(client.run('assign_role_to_group', { groupId, type: 'ORG_ADMIN' }));
      expect(error).toMatchObject({ code: 'wrong_state', oktaCode, hint: expect.stringContaining('group') });
    }
  });

  it('of one kind of app include its instances, which need no target of their own', async () => {
    const user = await org.user('ana');
    const app = await org.app('Acme CRM', user);
    const { name } = await org.api('GET', `/api/v1/apps/${app.id}`);
    const input = { userId: user.id, type: 'APP_ADMIN' as const, targetAppNames: [name] };
    expect(await client.run('assign_role_to_user', input)).toMatchObject({ changed: true });
    const again = { ...input, targetAppNames: undefined, targetAppIds: [app.id] };
    expect(await client.run('assign_role_to_user', again)).toMatchObject({ changed: false });
  });

  it('that come through a group are taken from the group only', async () => {
    const [user, group] = [await org.user('ana'), await org.group('Admins')];
    await org.member(user, group);
    await assign(org, `groups/${group.id}`, 'USER_ADMIN');
    const taken = client.run('unassign_role_from_user', { userId: user.id, roleAssignmentId: 'USER_ADMIN' });
    expect(await rejection(taken)).toMatchObject({ message: expect.stringContaining('through a group') });
  });

  it('are not guessed: a wrong type and a name of several are refused', async () => {
    const user = await org.user('ana');
    const unassign = (roleAssignmentId: string) =>
      rejection(client.run('unassign_role_from_user', { userId: user.id, roleAssignmentId }));
    expect((await unassign('HELPDESK_ADMIN')).message).toContain('did you mean HELP_DESK_ADMIN?');
    const { role, set } = await customRole(org);
    const other = await org.api('POST', '/api/v1/iam/resource-sets', { label: 'Other', resources: [] });
    for (const one of [set, other])
      await client.run('assign_role_to_user', {
        ...{ userId: user.id, type: 'CUSTOM', role: role.id, resourceSet: one.id },
      });
    expect((await unassign(role.label)).message).toMatch(/Several roles .* irb\w+, irb\w+/);
  });
});

describe('network zones', () => {
  const zone = (body: object) => org.api('POST', '/api/v1/zones', { name: 'Office', ...body });

  it.each([
    [{ type: 'IP' }, /needs gateways, proxies/],
    [{ type: 'IP', asns: { include: ['1'] } }, /has no asns/],
    [{ type: 'DYNAMIC', asns: { exclude: ['1'] } }, /cannot exclude/],
    [{ type: 'IP', gateways: ['203.0.113'] }, /not valid/],
  ])('%j is refused before a request', async (members, message) => {
    const error = await rejection(client.run('create_zone', { name: 'X', ...members } as never));
    expect(error).toMatchObject({ code: 'invalid_input', message: expect.stringMatching(message) });
  });

  it('lose their last proxy, and take a list whole or in parts, not both', async () => {
    const gateways = [{ type: 'CIDR', value: '203.0.113.0/24' }];
    const proxies = [{ type: 'RANGE', value: '192.0.2.1' }];
    const { id } = await zone({ type: 'IP', gateways, proxies });
    const removed = await client.run('update_zone', { zoneId: id, removeProxies: ['192.0.2.1'] });
    expect(removed).toMatchObject({ proxies: null, gateways });
    const both = { zoneId: id, gateways: ['192.0.2.7'], addGateways: ['192.0.2.8'] };
    expect((await rejection(client.run('update_zone', both))).message).toContain('at once');
  });

  it('that are inactive stay so when an address is added', async () => {
    const { id } = await zone({ type: 'IP', gateways: [{ type: 'CIDR', value: '203.0.113.0/24' }] });
    await org.api('POST', `/api/v1/zones/${id}/lifecycle/deactivate`);
    const output = await client.run('update_zone', { zoneId: id, addGateways: ['192.0.2.7'] });
    expect(output).toMatchObject({ changed: true, status: 'INACTIVE' });
  });

  it('without addresses take none, and those of Okta are not deleted', async () => {
    const { id } = await zone({ type: 'DYNAMIC', proxyType: 'Tor' });
    const add = client.run('update_zone', { zoneId: id, addGateways: ['192.0.2.7'] });
    expect((await rejection(add)).message).toContain('has no addresses');
    const gone = client.run('delete_zone', { zoneId: 'BlockedIpZone' });
    expect((await rejection(gone)).message).toContain('Okta made');
  });
});

describe('schemas', () => {
  it.each([
    [{ kind: 'app' }, /appId/],
    [{ kind: 'group', userTypeId: 'contractor' }, /userTypeId belongs/],
    [{ custom: { locker: { type: 'string' } } }, /not complete/],
    [{ custom: { locker: { title: 'L', type: 'string' } }, removeCustom: ['locker'] }, /at once/],
  ])('%j is refused', async (input, message) => {
    const error = await rejection(client.run('update_schema', input as never));
    expect(error).toMatchObject({ code: 'invalid_input', message: expect.stringMatching(message) });
  });
});

describe('a role that somebody else gives at the same moment', () => {
  it('is no error, and the assignment is told', async () => {
    const user = await org.user('ana');
    // The first read of the roles comes before the other assignment.
    const racing = connect(
      { orgUrl: sandbox.orgUrl, auth: { type: 'api_token', token: sandbox.apiToken } },
      {
        async transport({ url, ...request }) {
          if (request.method === 'POST') await assign(org, `users/${user.id}`, 'USER_ADMIN');
          const answer = await fetch(url, request);
          return {
            status: answer.status,
            headers: Object.fromEntries(answer.headers),
            text: await answer.text(),
          };
        },
      },
    );
    const output = await racing.run('assign_role_to_user', { userId: user.id, type: 'USER_ADMIN' });
    racing.close();
    expect(output).toMatchObject({ changed: false, id: 'KVJUKUS7IFCE2SKO' });
  });
});
