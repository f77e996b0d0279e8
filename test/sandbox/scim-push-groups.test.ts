import { describe, expect, it } from 'vitest';
import { newGroup, newUser, type PushingApp, pushingApp } from './scim-app.ts';
import { useScimRecorder } from './scim-recorder.ts';
import { useSandbox } from './support.ts';

const client = useSandbox();
const server = useScimRecorder();

const path = () => `/scim/v2/Groups/${server.group('Staff').id}`;
const remoteId = (userName: string) => server.user(`${userName}@sandbox.example`).id;
const patchOf = (...Operations: object[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations,
});
const name = (displayName = 'Staff') => ({ id: server.group(displayName).id, displayName });
const memberOf = (userName: string) => ({
  value: remoteId(userName),
  display: `${userName}@sandbox.example`,
});

/** An app with two accounts, one of them in the pushed group. */
async function staff(kind: 'WIZARD' | 'NETWORK', rest: object = {}) {
  const app = await pushingApp(client, server, kind, rest);
  const [ana, ben] = [await newUser(client, 'Ana'), await newUser(client, 'Ben')];
  for (const id of [ana, ben]) await app.assign(id);
  await app.settled();
  const group = await newGroup(client, 'Staff', [ana]);
  server.forget();
  const mapping = await app.mapGroup(group, 'Staff');
  expect(await app.settled()).toEqual([]);
  return { app, ana, ben, group, mapping };
}

const put = (group: string, userId: string) => client.call('PUT', `/api/v1/groups/${group}/users/${userId}`);
const remove = (group: string, userId: string) => client.delete(`/api/v1/groups/${group}/users/${userId}`);

async function quietly<T>(app: PushingApp, change: () => Promise<T>): Promise<void> {
  server.forget();
  await change();
  expect(await app.settled()).toEqual([]);
}

const bodies = () => server.recorded.filter(({ text }) => text !== '').map(({ text }) => JSON.parse(text));

describe('a group that is pushed', () => {
  it('scim-field 1, 6, 7, 8 by an app of the wizard is asked for, made, read, and written back whole', async () => {
    await staff('WIZARD');
    expect(server.lines).toEqual([
      'GET /Groups?filter=displayName eq "Staff"&startIndex=1&count=100',
      ...['POST /Groups', 'GET /Groups/Staff', 'PUT /Groups/Staff'],
    ]);
    const [made, replaced] = bodies();
    const schemas = ['urn:ietf:params:scim:schemas:core:2.0:Group'];
    expect(server.recorded[0]?.url).toContain('?filter=displayName%20eq%20%22Staff%22&');
    expect(server.recorded[1]?.text).toBe(JSON.stringify({ schemas, displayName: 'Staff', members: [] }));
    expect(made).toEqual({ schemas, displayName: 'Staff', members: [] });
    expect(replaced).toEqual({
      ...{ schemas, ...name(), meta: { resourceType: 'Group' } },
      members: [memberOf('ana')],
    });
    expect(await client.events('application.provision.group_push.updated')).toHaveLength(1);
  });

  it('scim-field 7 by an app of the network is made and gets its members by a patch', async () => {
    await staff('NETWORK');
    expect(server.lines.slice(1)).toEqual(['POST /Groups', 'PATCH /Groups/Staff']);
    expect(bodies()[1]).toEqual(patchOf({ op: 'add', path: 'members', value: [memberOf('ana')] }));
    expect(await client.events('application.provision.group_push.pushed')).toHaveLength(1);
  });

  it.each(['WIZARD', 'NETWORK'] as const)(
    'becomes the group of that name, if there is one (%s)',
    async (kind) => {
      server.groups.set('g-0001', { id: 'g-0001', displayName: 'Staff', members: [] });
      await staff(kind);
      expect(server.recorded.some(({ method }) => method === 'POST')).toBe(false);
      expect(server.group('Staff')).toMatchObject({ id: 'g-0001', members: [memberOf('ana')] });
    },
  );
});

describe('a member', () => {
  it('scim-field 3, 4 of an app of the network comes and goes by patches, each after one with the name', async () => {
    const { app, ana, ben, group } = await staff('NETWORK');
    await quietly(app, () => put(group, ben));
    expect(server.recorded.map(({ method, url }) => [method, url])).toEqual([
      ['PATCH', path()],
      ['PATCH', path()],
    ]);
    expect(bodies()).toEqual([
      patchOf({ op: 'replace', value: name() }),
      patchOf({ op: 'add', path: 'members', value: [memberOf('ben')] }),
    ]);
    await quietly(app, () => remove(group, ana));
    expect(server.recorded[1]?.text).toBe(
      '{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":' +
        `[{"op":"remove","path":"members[value eq \\"${remoteId('ana')}\\"]"}]}`,
    );
    expect(server.group('Staff').members).toEqual([memberOf('ben')]);
    expect(await client.events('application.provision.group_push.push_memberships')).toHaveLength(2);
  });

  it('scim-field 1, 6, 8 of an app of the wizard comes and goes with the whole group', async () => {
    const { app, ana, ben, group } = await staff('WIZARD');
    await quietly(app, () => put(group, ben));
    expect(server.lines).toEqual(['GET /Groups/Staff', 'PUT /Groups/Staff']);
    expect(bodies()[0]).toMatchObject({ ...name(), members: [memberOf('ana'), memberOf('ben')] });
    await quietly(app, () => remove(group, ana));
    await quietly(app, () => remove(group, ben));
    expect(bodies()).toMatchObject([{ displayName: 'Staff', members: [] }]);
  });

  it('scim-field 10 several at once reach an app of the network at once', async () => {
    const { app, group } = await staff('NETWORK');
    const ids = await Promise.all(Array.from({ length: 5 }, (_, at) => newUser(client, `Many${at}`)));
    for (const id of ids) await app.assign(id);
    await app.settled();
    let [open, most] = [0, 0];
    server.answer = (_, response) => {
      most = Math.max(most, ++open);
      response.once('close', () => {
        open -= 1;
      });
      setTimeout(() => response.writeHead(204).end(), 20);
      return true;
    };
    await quietly(app, () => Promise.all(ids.map((id) => put(group, id))));
    expect(server.recorded).toHaveLength(10);
    expect(most).toBeGreaterThan(1);
  });

  it('scim-field 22 who is not active is left out both ways, and one without an account as well', async () => {
    const { app, ana, group } = await staff('NETWORK');
    const stranger = await newUser(client, 'Stranger');
    await quietly(app, () => put(group, stranger));
    expect(server.lines).toEqual([]);
    await client.post(`/api/v1/users/${ana}/lifecycle/deactivate`);
    await app.settled();
    await quietly(app, () => remove(group, ana));
    expect(server.lines).toEqual([]);
    expect(server.group('Staff').members).toHaveLength(1);
  });

  it('scim-field 23 whose account is being made is left out, and comes with the next whole push', async () => {
    const app = await pushingApp(client, server, 'NETWORK');
    const group = await newGroup(client, 'Staff');
    await client.call('PUT', `/api/v1/apps/${app.id}/groups/${group}`, {});
    const mapping = await app.mapGroup(group, 'Staff');
    await app.settled();
    const ana = await newUser(client, 'Ana');
    await client.control('PUT', '/settings', { pushSpeed: 10 });
    await quietly(app, () => put(group, ana));
    expect(server.lines.slice(1)).toEqual(['POST /Users']);
    expect(server.group('Staff').members).toEqual([]);
    await quietly(app, () => app.console('POST', `/groups/${mapping}/push`));
    expect(server.group('Staff').members).toEqual([memberOf('ana')]);
  });
});

describe('all members, by "push now"', () => {
  it('scim-field 5 are replaced at the path members', async () => {
    const { app, mapping } = await staff('NETWORK');
    await quietly(app, () => app.console('POST', `/groups/${mapping}/push`));
    expect(bodies()).toEqual([patchOf({ op: 'replace', path: 'members', value: [memberOf('ana')] })]);
  });

  it('scim-field 5 or without a path, with id and name', async () => {
    const { app, mapping } = await staff('NETWORK', { listForm: 'NO_PATH' });
    await quietly(app, () => app.console('POST', `/groups/${mapping}/push`));
    expect(bodies()).toEqual([patchOf({ op: 'replace', value: { members: [memberOf('ana')], ...name() } })]);
  });

  it.each(['WIZARD', 'NETWORK'] as const)('scim-field 6 none are an empty list (%s)', async (kind) => {
    const { app, ana, group, mapping } = await staff(kind);
    await client.call('PATCH', `/api/v1/apps/${app.id}/group-push/mappings/${mapping}`, {
      status: 'INACTIVE',
    });
    await quietly(app, () => remove(group, ana));
    expect(server.lines).toEqual([]);
    const refused = await app.console('POST', `/groups/${mapping}/push`);
    expect([refused.status, refused.body.error]).toEqual([400, 'there is no active mapping of this id']);
    await quietly(app, () =>
      client.call('PATCH', `/api/v1/apps/${app.id}/group-push/mappings/${mapping}`, { status: 'ACTIVE' }),
    );
    const [body] = bodies();
    if (kind === 'WIZARD') expect(body).toMatchObject({ displayName: 'Staff', members: [] });
    else expect(body).toEqual(patchOf({ op: 'replace', path: 'members', value: [] }));
    expect(server.group('Staff').members).toEqual([]);
  });
});

describe('a pushed group', () => {
  it.each(['WIZARD', 'NETWORK'] as const)('scim-field 4 is renamed with its source (%s)', async (kind) => {
    const { app, group } = await staff(kind);
    await quietly(app, () => client.put(`/api/v1/groups/${group}`, { profile: { name: 'Crew' } }));
    expect(server.group('Crew').members).toEqual([memberOf('ana')]);
    if (kind === 'NETWORK') expect(bodies()).toEqual([patchOf({ op: 'replace', value: name('Crew') })]);
    else expect(server.recorded.map(({ method }) => method)).toEqual(['GET', 'PUT']);
    expect(await client.events('application.provision.group_push.mapping.app.group.renamed')).toHaveLength(1);
  });

  it.each([true, false])('is deleted with its mapping only if asked (%s)', async (deletes) => {
    const { app, mapping } = await staff('NETWORK');
    const one = `/api/v1/apps/${app.id}/group-push/mappings/${mapping}`;
    await client.call('PATCH', one, { status: 'INACTIVE' });
    const asked = path();
    await quietly(app, () => client.delete(`${one}?deleteTargetGroup=${deletes}`));
    expect(server.recorded.map(({ method, url }) => [method, url])).toEqual(
      deletes ? [['DELETE', asked]] : [],
    );
    expect(server.groups.size).toBe(deletes ? 0 : 1);
  });

  it('that is gone from the app is an error task, whose words are those of Okta', async () => {
    const { app, ben, group, mapping } = await staff('WIZARD');
    server.groups.clear();
    await put(group, ben);
    const [task] = await app.settled();
    expect(task).toMatchObject({ status: 'FAILED', attempts: 1, groupPushMappingId: mapping, userId: ben });
    expect(task.message).toBe(
      'Unable to update Group Push mapping target App group Staff: Error while updating user group Staff: ' +
        'Linked group is missing in Pushed WIZARD. Change the linked group to resume pushing group memberships.',
    );
    const failed = 'application.provision.group_push.mapping.update.or.delete.failed.with.error';
    expect((await client.events(failed))[0].outcome).toMatchObject({
      result: 'FAILURE',
      reason: task.message,
    });
  });
});
