import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/http/clock.ts';
import { assignGroup, assignUser, makeApp, makeWebApp } from '../support/apps.ts';
import { rejection } from '../support/server.ts';
import { type Bench, useBench } from './support.ts';

let { org, client } = {} as Bench;
useBench(
  (made) => {
    ({ org, client } = made);
  },
  { clock: { ...systemClock, sleep: async () => {} } },
);

const requests = async (): Promise<string[]> =>
  (await org.control('GET', '/requests')).requests.map(
    ({ method, path }: { method: string; path: string }) => `${method} ${path}`,
  );

describe('apps', () => {
  it('create_app names the app that has the label', async () => {
    const { id, label } = await makeApp(org, 'Ledger');
    const input = { name: 'bookmark', label, signOnMode: 'BOOKMARK' } as const;
    const error = await rejection(client.run('create_app', input));
    expect(error).toMatchObject({ code: 'already_exists', actor: 'caller', oktaCode: 'E0000040' });
    expect(error.message).toContain(id);
  });

  it('create_app says what the sign-on mode needs', async () => {
    const error = await rejection(client.run('create_app', { label: 'Ledger', signOnMode: 'BOOKMARK' }));
    expect(error).toMatchObject({ code: 'validation_failed', causes: [expect.stringContaining('name')] });
  });

  it('list_apps takes a user or a group, not both', async () => {
    const error = await rejection(client.run('list_apps', { userId: 'admin', groupId: 'Sales' }));
    expect(error).toMatchObject({ code: 'invalid_input' });
  });

  it('delete_app tries again while Okta still finds the app in use', async () => {
    const { id } = await makeApp(org, 'Ledger');
    await org.control('POST', '/faults', {
      ...{ method: 'DELETE', path: `^/api/v1/apps/${id}$`, times: 2 },
      fault: { kind: 'error', status: 500 },
    });
    expect(await client.run('delete_app', { appId: id })).toMatchObject({ changed: true });
    expect(await rejection(client.run('get_app', { appId: id }))).toMatchObject({ code: 'not_found' });
  });

  it('assign_app_policy is refused for the Admin Console', async () => {
    const { id } = await makeApp(org, 'Console', {
      name: 'saasure',
      signOnMode: 'OPENID_CONNECT',
      settings: {},
    });
    const body = { type: 'ACCESS_POLICY', name: 'Strict', status: 'ACTIVE' };
    const policy = await org.api('POST', '/api/v1/policies', body);
    const error = await rejection(client.run('assign_app_policy', { appId: id, policyId: policy.id }));
    expect(error).toMatchObject({ code: 'validation_failed', causes: [expect.stringContaining('Admin')] });
  });

  it('a secret is in no read', async () => {
    const { id } = await makeWebApp(org, 'Ledger');
    const { credentials } = await client.run('update_app', { appId: id, visibility: { autoLaunch: true } });
    const secret = credentials?.oauthClient?.client_secret as string;
    expect(secret).toMatch(/.{14}/);
    const read = [await client.run('get_app', { appId: id }), await client.run('list_apps', {})];
    expect(JSON.stringify(read)).not.toContain(secret);
  });
});

describe('assignments', () => {
  it('an attribute that the app does not have is refused before anything is sent', async () => {
    const [app, user] = [await makeWebApp(org, 'Ledger'), await org.user('ana')];
    const input = { appId: app.id, userId: user.id, profile: { nicknam: 'Ani' } };
    const error = await rejection(client.run('assign_user_to_app', input));
    expect(error).toMatchObject({ code: 'invalid_input', causes: [expect.stringContaining('nickname')] });
    expect(await requests()).not.toContain(`POST /api/v1/apps/${app.id}/users`);
  });

  it('an inactive user cannot be assigned, and a bookmark takes no password', async () => {
    const [app, user] = [await makeApp(org, 'Ledger'), await org.user('ana')];
    const credentials = { password: { value: 'Temp-83x!Q' } };
    const input = { appId: app.id, userId: user.id };
    const refused = await rejection(client.run('assign_user_to_app', { ...input, credentials }));
    expect(refused).toMatchObject({ oktaCode: 'E0000041', hint: expect.stringContaining('credentials') });
    await org.api('POST', `/api/v1/users/${user.id}/lifecycle/suspend`);
    expect(await rejection(client.run('assign_user_to_app', input))).toMatchObject({
      ...{ code: 'wrong_state', oktaCode: 'E0000117' },
    });
  });

  it('update_app_user wants something to change', async () => {
    const error = await rejection(client.run('update_app_user', { appId: 'x', userId: 'admin' }));
    expect(error).toMatchObject({ code: 'invalid_input' });
  });

  it('an assignment by a group is left to the group', async () => {
    const [app, user, group] = [
      await makeApp(org, 'Ledger'),
      await org.user('ana'),
      await org.group('Sales'),
    ];
    await org.member(user, group);
    await assignGroup(org, app, group);
    const input = { appId: app.id, userId: user.id };
    const error = await rejection(client.run('unassign_user_from_app', input));
    expect(error).toMatchObject({ code: 'wrong_state', hint: expect.stringContaining('group') });
    expect(error.message).toContain(group.name);
    expect((await requests()).filter((one) => one.startsWith('DELETE'))).toEqual([]);
    await assignUser(org, app, user);
    expect(await client.run('unassign_user_from_app', input)).toMatchObject({ changed: true });
  });
});
