/** What recorded orgs do late or lose, when a setting asks for it. */
import { describe, expect, it } from 'vitest';
import { newProfile, useSandbox } from './support.ts';

const client = useSandbox();
const settings = (changes: object) => client.control('PUT', '/settings', changes);
const advance = (advanceMs: number) => client.control('POST', '/clock', { advanceMs });

describe('G.14 fact 8: the members of a group', () => {
  const groupId = async () => (await client.get('/api/v1/groups?q=Finance')).body[0].id;
  const memberIds = async (group: string): Promise<string[]> =>
    (await client.get(`/api/v1/groups/${group}/users`)).body.map(({ id }: { id: string }) => id);

  it('G.14 are listed at once unless a lag is asked for', async () => {
    const group = await groupId();
    const { id } = client.sandbox.admin;
    await client.put(`/api/v1/groups/${group}/users/${id}`);
    expect(await memberIds(group)).toContain(id);
  });

  it('G.14 are listed late with searchLagMs, one by one; the groups of the user are not', async () => {
    await settings({ searchLagMs: 2000 });
    const group = await groupId();
    const [first, second] = (await client.get('/api/v1/users?limit=2')).body;
    const put = (id: string) => client.put(`/api/v1/groups/${group}/users/${id}`);
    const before = await memberIds(group);
    expect((await put(first.id)).status).toBe(204);
    const groupsOf = (await client.get(`/api/v1/users/${first.id}/groups`)).body;
    expect(groupsOf.map(({ id }: { id: string }) => id)).toContain(group);
    expect(await memberIds(group)).toEqual(before);
    await advance(1500);
    await put(second.id);
    await advance(600);
    expect(new Set(await memberIds(group))).toEqual(new Set([...before, first.id]));
    await advance(1500);
    expect(new Set(await memberIds(group))).toEqual(new Set([...before, first.id, second.id]));
  });

  it('G.14 leave at once, and come late again', async () => {
    await settings({ searchLagMs: 2000 });
    const group = await groupId();
    const [member] = await memberIds(group);
    const path = `/api/v1/groups/${group}/users/${member}`;
    await client.delete(path);
    expect(await memberIds(group)).not.toContain(member);
    await client.put(path);
    expect(await memberIds(group)).not.toContain(member);
    await advance(2000);
    expect(await memberIds(group)).toContain(member);
  });

  it('G.14 fill a page in spite of those that are late', async () => {
    const { id } = (await client.post('/api/v1/groups', { profile: { name: 'Paged' } })).body;
    const users = (await client.get('/api/v1/users?limit=3')).body.map((user: { id: string }) => user.id);
    await client.put(`/api/v1/groups/${id}/users/${users[1]}`);
    await client.put(`/api/v1/groups/${id}/users/${users[2]}`);
    await settings({ searchLagMs: 2000 });
    await client.put(`/api/v1/groups/${id}/users/${users[0]}`);
    const page = await client.get(`/api/v1/groups/${id}/users?limit=2`);
    expect(page.body.map((user: { id: string }) => user.id)).toEqual([users[1], users[2]]);
    expect(page.next).toBeUndefined();
  });

  it('G.14 of a user created into a group are late too', async () => {
    await settings({ searchLagMs: 2000 });
    const group = await groupId();
    const { id } = (await client.post('/api/v1/users', { profile: newProfile('late'), groupIds: [group] }))
      .body;
    expect(await memberIds(group)).not.toContain(id);
    await advance(2000);
    expect(await memberIds(group)).toContain(id);
  });
});

describe('G.14 fact 11: a replace with a password', () => {
  it('G.14 answers with a lastUpdated that is older than that of a later read', async () => {
    const profile = newProfile('replaced');
    const { id } = (await client.post('/api/v1/users', { profile })).body;
    const path = `/api/v1/users/${id}`;
    const credentials = { password: { value: 'first-Pass-1' } };
    const answered = (await client.put(path, { profile, credentials })).body.lastUpdated;
    await advance(3000);
    const read = (await client.get(path)).body.lastUpdated;
    expect(Date.parse(read) - Date.parse(answered)).toBe(3000);
    await advance(3000);
    expect((await client.get(path)).body.lastUpdated).toBe(read);
  });
});

describe('G.14 fact 6: two updates of a schema', () => {
  const path = '/api/v1/meta/schemas/user/default';
  const names = (answer: { body: { definitions: { custom: { properties: object } } } }) =>
    Object.keys(answer.body.definitions.custom.properties);
  const add = (name: string) =>
    client.post(path, {
      definitions: { custom: { properties: { [name]: { title: name, type: 'string' } } } },
    });

  it('G.14 both hold unless asked otherwise', async () => {
    await add('first');
    await add('second');
    expect(names(await client.get(path))).toEqual(expect.arrayContaining(['first', 'second']));
  });

  it('G.14 within schemaUpdateLossMs lose the earlier one; each answer has its own change', async () => {
    await settings({ schemaUpdateLossMs: 1000 });
    expect(names(await add('first'))).toContain('first');
    await advance(500);
    const second = await add('second');
    expect(second.status).toBe(200);
    expect(names(second)).toContain('second');
    const kept = names(await client.get(path));
    expect(kept).toContain('second');
    expect(kept).not.toContain('first');
    await advance(1500);
    await add('first');
    expect(names(await client.get(path))).toEqual(expect.arrayContaining(['first', 'second']));
  });

  it('G.14 bring a deleted attribute back', async () => {
    await settings({ schemaUpdateLossMs: 1000 });
    const remove = (name: string) =>
      client.post(path, { definitions: { custom: { properties: { [name]: null } } } });
    expect(names(await remove('skills'))).not.toContain('skills');
    await remove('contractor');
    const kept = names(await client.get(path));
    expect(kept).toContain('skills');
    expect(kept).not.toContain('contractor');
  });
});
