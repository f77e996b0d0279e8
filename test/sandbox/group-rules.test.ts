import { beforeEach, describe, expect, it } from 'vitest';
import { newProfile, query, useSandbox } from './support.ts';

const client = useSandbox();
const rules = '/api/v1/groups/rules';
let group = '';

beforeEach(async () => {
  group = (await client.post('/api/v1/groups', { profile: { name: 'Night shift' } })).body.id;
});

const ruleWith = (value: string, groupIds: unknown = [group]) => ({
  type: 'group_rule',
  name: 'Night rule',
  conditions: { expression: { type: 'urn:okta:expression:1.0', value }, people: { users: {} } },
  actions: { assignUserToGroups: { groupIds } },
});

async function activeRule(value: string) {
  const { body } = await client.post(rules, ruleWith(value));
  const path = `${rules}/${body.id}`;
  expect((await client.post(`${path}/lifecycle/activate`)).status).toBe(204);
  return path;
}

async function person(name: string, profile: object = { department: 'Night' }) {
  const { body } = await client.post('/api/v1/users', { profile: { ...newProfile(name), ...profile } });
  return body.id as string;
}

async function members() {
  // biome-ignore lint/suspicious/noExplicitAny: users of every shape
  return (await client.get(`/api/v1/groups/${group}/users`)).body.map((user: any) => user.profile.lastName);
}

describe('a group rule', () => {
  it('is inactive at first, and has the shape that was recorded', async () => {
    await person('eve');
    const { status, body } = await client.post(rules, ruleWith('user.department=="Night"'));
    expect({ status, keys: Object.keys(body) }).toEqual({
      status: 200,
      keys: [
        ...['type', 'id', 'status', 'name', 'created', 'lastUpdated', 'conditions', 'actions'],
        'allGroupsValid',
      ],
    });
    expect(body).toMatchObject({
      ...{ status: 'INACTIVE', allGroupsValid: true },
      conditions: { people: { users: { exclude: [] }, groups: { exclude: [] } } },
    });
    expect(await members()).toEqual([]);
  });

  it('adds who matches when it is activated, and who comes to match later', async () => {
    await person('eve');
    await activeRule('user.department=="Night"');
    expect(await members()).toEqual(['eve']);
    await person('bo');
    const day = await person('dan', { department: 'Day' });
    expect(await members()).toEqual(['eve', 'bo']);
    await client.post(`/api/v1/users/${day}`, { profile: { department: 'Night' } });
    expect(await members()).toEqual(['eve', 'bo', 'dan']);
    await client.post(`/api/v1/users/${day}`, { profile: { department: 'Day' } });
    expect(await members()).toEqual(['eve', 'bo']);
  });

  it.each([
    ['String.startsWith(user.department, "Ni")', true],
    ['String.stringContains(String.toLowerCase(user.department), "igh")', true],
    ['user.department=="Night" AND user.city==null', true],
    ['user.department=="Day" || !(user.city=="Rome")', true],
    ['user.department!="Night" or String.len(user.department) > 5', false],
    ['isMemberOfGroupName("Everyone")', true],
    ['isMemberOfGroupNameStartsWith("Every") and not isMemberOfGroupNameContains("day")', false],
    ['String.upperCase(user.department)=="NIGHT"', false],
  ])('evaluates %s', async (value, fits) => {
    await person('eve');
    await client.post('/api/v1/groups', { profile: { name: 'Every day' } });
    const everyDay = (await client.get('/api/v1/groups?q=Every%20day')).body[0].id;
    const eve = (await client.get('/api/v1/users/eve@sandbox.example')).body.id;
    await client.put(`/api/v1/groups/${everyDay}/users/${eve}`);
    await activeRule(value);
    expect((await members()).includes('eve')).toBe(fits);
  });

  it('follows the members of another group', async () => {
    const other = (await client.post('/api/v1/groups', { profile: { name: 'Guards' } })).body.id;
    await activeRule(`isMemberOfAnyGroup("${other}")`);
    const path = `/api/v1/groups/${other}/users/${await person('eve')}`;
    await client.put(path);
    expect(await members()).toEqual(['eve']);
    await client.delete(path);
    expect(await members()).toEqual([]);
  });

  it('leaves out who was removed by hand, and who was excluded', async () => {
    const eve = await person('eve');
    const path = await activeRule('user.department=="Night"');
    await client.delete(`/api/v1/groups/${group}/users/${eve}`);
    expect(await members()).toEqual([]);
    expect((await client.get(path)).body.conditions.people.users.exclude).toEqual([eve]);
    await client.post(`/api/v1/users/${eve}`, { profile: { city: 'Rome' } });
    expect(await members()).toEqual([]);
    expect(await client.events('group.user_membership.rule.add_exclusion')).toHaveLength(1);
  });

  it('is the reason of a membership only while it is active, and never of one by hand', async () => {
    const [eve, bo] = [await person('eve'), await person('bo')];
    await client.put(`/api/v1/groups/${group}/users/${bo}`);
    const path = await activeRule('user.department=="Night"');
    const reasons = async (id: string) =>
      // biome-ignore lint/suspicious/noExplicitAny: rules of every shape
      (await client.get(`/api/v1/groups/${group}/users/${id}/group-rules`)).body.map((one: any) => one.name);
    expect(await reasons(eve)).toEqual(['Night rule']);
    expect(await reasons(bo)).toEqual([]);
    await client.post(`${path}/lifecycle/deactivate`);
    expect(await members()).toEqual(['eve', 'bo']);
    expect(await reasons(eve)).toEqual([]);
  });

  it.each([
    ['true', ['bo']],
    ['false', ['eve', 'bo']],
  ])('takes its users along when it is deleted with removeUsers=%s', async (removeUsers, left) => {
    await person('eve');
    await client.put(`/api/v1/groups/${group}/users/${await person('bo', {})}`);
    const path = await activeRule('user.department=="Night"');
    expect((await client.delete(path)).body.errorCode).toBe('E0000001');
    await client.post(`${path}/lifecycle/deactivate`);
    const answer = await client.delete(`${path}${query({ removeUsers })}`);
    expect(answer).toMatchObject({ status: 202, body: {} });
    expect(await members()).toEqual(left);
    expect((await client.get(path)).status).toBe(404);
  });

  it('is invalid once its group is deleted, and can only be read and deleted then', async () => {
    const path = await activeRule('user.department=="Night"');
    await client.delete(`/api/v1/groups/${group}`);
    expect((await client.get(path)).body).toMatchObject({ status: 'INVALID', allGroupsValid: false });
    for (const operation of ['activate', 'deactivate'])
      expect((await client.post(`${path}/lifecycle/${operation}`)).status).toBe(400);
    expect(await client.events('group.user_membership.rule.invalidate')).toHaveLength(1);
    expect((await client.delete(path)).status).toBe(202);
  });

  it('is changed while it is inactive only', async () => {
    const path = await activeRule('user.department=="Night"');
    const changed = ruleWith('user.department=="Day"');
    expect((await client.put(path, changed)).body.errorCode).toBe('E0000001');
    await client.post(`${path}/lifecycle/deactivate`);
    expect(await client.put(path, changed)).toMatchObject({
      status: 200,
      body: { status: 'INACTIVE', conditions: { expression: { value: 'user.department=="Day"' } } },
    });
  });

  it.each([
    ['user.department==', undefined],
    ['user.department=="Night" AND', undefined],
    ['(user.city==null', undefined],
    ['department', undefined],
    ['user.city ~ "x"', undefined],
    ['true', []],
    ['true', ['00gNoSuchGroup000000']],
  ])('needs an expression and groups: %s, %j', async (value, groupIds) => {
    const answer = await client.post(rules, ruleWith(value, groupIds));
    expect(answer).toMatchObject({ status: 400, body: { errorCode: 'E0000001' } });
  });

  it.each(['', 'x'.repeat(51)])('needs a name of 1 to 50 characters: "%s"', async (name) => {
    const answer = await client.post(rules, { ...ruleWith('true'), name });
    expect(answer).toMatchObject({ status: 400, body: { errorCode: 'E0000001' } });
  });
});

describe('an owner of a group', () => {
  it('has other times in the answer to its creation than in the list', async () => {
    await client.control('POST', '/clock', { nowMs: Date.parse('2026-03-05T08:36:28Z') });
    const owner = { id: client.sandbox.admin.id, type: 'USER' };
    const path = `/api/v1/groups/${group}/owners`;
    const shown = { ...owner, resolved: true, originId: null, originType: 'OKTA_DIRECTORY' };
    expect(await client.post(path, owner)).toMatchObject({
      status: 201,
      body: { ...shown, displayName: 'Alex Admin', lastUpdated: 'Thu Mar 05 08:36:28 UTC 2026' },
    });
    const list = await client.get(path);
    expect(list.body).toMatchObject([{ ...shown, lastUpdated: '2026-03-05 08:36:28.0' }]);
    expect(list.headers.get('link')).toBeNull();
  });

  it('is assigned once, and is gone with the user', async () => {
    const path = `/api/v1/groups/${group}/owners`;
    const eve = await person('eve');
    await client.post(path, { id: eve, type: 'USER' });
    expect((await client.post(path, { id: eve, type: 'USER' })).body.errorCauses).toEqual([
      { errorSummary: 'Provided owner is already assigned to this group' },
    ]);
    for (let times = 0; times < 2; times += 1) await client.delete(`/api/v1/users/${eve}`);
    expect((await client.get(path)).body).toEqual([]);
  });

  it.each([
    ['USER', 'User'],
    ['GROUP', 'UserGroup'],
  ])('must be there: %s', async (type, word) => {
    const path = `/api/v1/groups/${group}/owners`;
    const id = type === 'USER' ? group : client.sandbox.admin.id;
    expect((await client.post(path, { id, type })).body.errorSummary).toContain(`${id} (${word})`);
    expect((await client.delete(`${path}/${id}`)).body.errorSummary).toContain(`${id} (LinkedObject)`);
  });
});
