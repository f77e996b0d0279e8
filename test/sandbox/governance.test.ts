import { describe, expect, it } from 'vitest';
import { loadSpec } from '../support/openapi.ts';
import { type Reply, useSandbox } from './support.ts';

const client = useSandbox();
const spec = loadSpec();

/** Where Okta answers other than its specification says. */
const DEVIATIONS = /^(status 20[01] is not|body: none is) documented/;

/** Calls, and compares the answer with the specification where it is at hand. */
async function checked(method: string, path: string, status: number, body?: unknown): Promise<Reply> {
  const answer = await client.call(method, path, body);
  expect({ path, status: answer.status, body: answer.body }).toMatchObject({ status });
  if (status >= 400) return answer;
  const given = answer.body === '' ? undefined : answer.body;
  const problems = spec?.checkResponse(method, path.split('?')[0] ?? '', status, given) ?? [];
  if (!DEVIATIONS.test(problems[0] ?? '')) expect(problems, `${method} ${path}`).toEqual([]);
  return answer;
}

const anApp = async () => (await client.get('/api/v1/apps?limit=1')).body[0].id as string;

describe('realms', () => {
  it('need a profile, and cannot be deleted while they have users', async () => {
    const refused = await checked('POST', '/api/v1/realms', 400, { name: 'Car Co' });
    expect(refused.body.errorCode).toBe('E0000003');
    const [home] = (await client.get('/api/v1/realms')).body;
    expect(home.isDefault).toBe(true);
    await checked('DELETE', `/api/v1/realms/${home.id}`, 403);
    const { id } = (await checked('POST', '/api/v1/realms', 200, { profile: { name: 'Car Co' } })).body;
    const profile = { login: 'r@acme.test', email: 'r@acme.test', firstName: 'R', lastName: 'S' };
    const user = (await client.call('POST', '/api/v1/users', { profile, realmId: id })).body;
    await checked('DELETE', `/api/v1/realms/${id}`, 400);
    const change = { profile: { name: 'Cars' } };
    expect((await checked('PUT', `/api/v1/realms/${id}`, 200, change)).body.profile.name).toBe('Cars');
    for (const _ of ['deactivated', 'deleted']) await client.call('DELETE', `/api/v1/users/${user.id}`);
    await checked('DELETE', `/api/v1/realms/${id}`, 204);
    await checked('GET', '/api/v1/realms?search=profile.domains+eq+%22a%22', 400);
  });

  it('get their users by assignments, in the order of their priority', async () => {
    const { id: realmId } = (await client.call('POST', '/api/v1/realms', { profile: { name: 'Car Co' } }))
      .body;
    const conditions = { profileSourceId: await anApp(), expression: { value: 'user.profile.title=="x"' } };
    const assignment = (name: string, priority: number, to = realmId) => ({
      ...{ name, priority, conditions, actions: { assignUserToRealm: { realmId: to } } },
    });
    const path = '/api/v1/realm-assignments';
    await checked('POST', path, 400, assignment('Nowhere', 1, 'guo1abcdefghijklmnop'));
    await checked('POST', path, 200, assignment('Second', 20));
    const { id } = (await checked('POST', path, 200, assignment('First', 10))).body;
    expect((await checked('GET', path, 200)).body.map((one: { name: string }) => one.name)).toEqual([
      'First',
      'Second',
    ]);
    await checked('POST', `${path}/${id}/lifecycle/activate`, 204);
    await checked('DELETE', `${path}/${id}`, 403);
    expect((await checked('PUT', `${path}/${id}`, 200, assignment('Third', 30))).body.status).toBe('ACTIVE');
    await checked('POST', `${path}/${id}/lifecycle/deactivate`, 204);
    await checked('DELETE', `${path}/${id}`, 204);
  });
});

describe('identity sources', () => {
  const user = (externalId: string, profile: object = { userName: 'e@acme.test' }) => ({
    externalId,
    profile,
  });
  const users = (...profiles: object[]) => ({ entityType: 'USERS', profiles });
  const source = async () => `/api/v1/identity-sources/${await anApp()}`;

  it('have one session at a time, which takes what the guide says', async () => {
    const path = `${await source()}/sessions`;
    await checked('POST', '/api/v1/identity-sources/0oa1abcdefghijklmnop/sessions', 404);
    const { id } = (await checked('POST', path, 201)).body;
    await checked('POST', path, 400);
    const upload = `${path}/${id}/bulk-upsert`;
    await checked('POST', upload, 400, { entityType: 'GROUPS', profiles: [user('E-1')] });
    await checked('POST', upload, 400, users());
    await checked('POST', upload, 400, users(user('E-1', { floor: 3 })));
    await checked('POST', upload, 400, users(...Array.from({ length: 201 }, (_, at) => user(`E-${at}`))));
    for (let at = 0; at < 50; at += 1) await client.call('POST', upload, users(user('E-1')));
    await checked('POST', upload, 400, users(user('E-1')));
    expect((await checked('POST', `${path}/${id}/start-import`, 200)).body.status).toBe('TRIGGERED');
    await checked('POST', `${path}/${id}/start-import`, 400);
    await checked('DELETE', `${path}/${id}`, 400);
    await checked('POST', path, 400);
    await client.control('POST', '/clock', { advanceMs: 15_000 });
    expect((await checked('GET', `${path}/${id}`, 200)).body.status).toBe('COMPLETED');
    expect((await checked('GET', path, 200)).body).toEqual([]);
  });

  it('close a session that is cancelled, and let one expire after a day', async () => {
    const path = `${await source()}/sessions`;
    const one = (await client.call('POST', path)).body;
    await checked('DELETE', `${path}/${one.id}`, 204);
    expect((await checked('GET', `${path}/${one.id}`, 200)).body.status).toBe('CLOSED');
    const { id } = (await client.call('POST', path)).body;
    await client.control('POST', '/clock', { advanceMs: 25 * 3600_000 });
    expect((await checked('GET', `${path}/${id}`, 200)).body.status).toBe('EXPIRED');
  });

  it('have users and groups of their own, with members', async () => {
    const path = await source();
    await checked('POST', `${path}/users`, 400, { profile: {} });
    await checked('POST', `${path}/users`, 200, user('E-1'));
    const change = { profile: { firstName: 'Ana' } };
    const { body } = await checked('PATCH', `${path}/users/E-1`, 200, change);
    expect(body.profile).toEqual({ userName: 'e@acme.test', firstName: 'Ana' });
    await checked('PUT', `${path}/users/E-1`, 200, user('E-1', { userName: 'f@acme.test' }));
    await checked('DELETE', `${path}/users/E-1`, 200);
    await checked('POST', `${path}/groups`, 200, user('G-1', { displayName: 'West' }));
    const members = `${path}/groups/G-1/membership`;
    await checked('POST', members, 400, {});
    await checked('POST', members, 204, { memberExternalId: 'E-1' });
    expect((await checked('GET', members, 200)).body).toEqual({ memberExternalIds: ['E-1'] });
    await checked('DELETE', `${members}/E-1`, 204);
    expect((await checked('GET', members, 200)).body).toEqual({ memberExternalIds: [] });
  });
});

describe('governance', () => {
  it('has entitlements of apps, with values', async () => {
    const parent = { externalId: await anApp(), type: 'APPLICATION' };
    const path = '/governance/api/v1/entitlements';
    const given = { name: 'Licence', externalValue: 'licence', dataType: 'array', multiValue: true, parent };
    await checked('POST', path, 400, { ...given, name: '' });
    const values = [{ name: 'Full', externalValue: 'full' }];
    const { id } = (await checked('POST', path, 201, { ...given, values })).body;
    const filter = encodeURIComponent(`parent.externalId eq "${parent.externalId}"`);
    expect((await client.get(`${path}?filter=${filter}`)).body.data).toMatchObject([{ id, values }]);
    const none = await client.get(`/governance/api/v1/principal-entitlements?filter=${filter}`);
    expect(none.body.data).toEqual([]);
    await checked('GET', `${path}?filter=colour+eq+%22red%22`, 400);
  });

  it('ends a campaign once, and logs what happens to it', async () => {
    const path = '/governance/api/v1/campaigns';
    await checked('POST', path, 400, { name: 'Review' });
    const { id } = (
      await client.call('POST', path, {
        ...{ name: 'Review', scheduleSettings: { type: 'ONE_OFF' }, reviewerSettings: { type: 'USER' } },
        resourceSettings: { type: 'GROUP', targetResources: [{ resourceId: '00g1abcdefghijklmnop' }] },
      })
    ).body;
    await checked('POST', `${path}/${id}/end`, 403);
    await checked('POST', `${path}/${id}/launch`, 202);
    await checked('DELETE', `${path}/${id}`, 403);
    await checked('POST', `${path}/${id}/end`, 202);
    await checked('DELETE', `${path}/${id}`, 204);
    for (const what of ['create', 'launch', 'close', 'delete'])
      expect(await client.events(`certification.campaign.${what}`), what).toHaveLength(1);
    await checked('GET', '/governance/api/v1/reviews?orderBy=colour', 200);
  });

  it('has settings for requests, of the org and of each resource', async () => {
    const org = '/governance/api/v2/request-settings';
    const own = `/governance/api/v2/resources/${await anApp()}/request-settings`;
    const longTime = { subprocessorsAcknowledged: false };
    expect((await client.call('PATCH', org, longTime)).body).toMatchObject(longTime);
    expect((await checked('GET', org, 200)).body).toMatchObject(longTime);
    const change = { requestOnBehalfOfSettings: { allowed: true } };
    expect((await client.call('PATCH', own, change)).body).toMatchObject(change);
    await client.call('PATCH', own, { requestOnBehalfOfSettings: null });
    expect((await client.get(own)).body).not.toHaveProperty('requestOnBehalfOfSettings');
    await checked('GET', own.replace(/0oa\w+/, '0oa1abcdefghijklmnop'), 404);
  });

  it('takes requests of a request type, at the older path and with the ids that it has', async () => {
    const requests = '/governance/api/v1/requests';
    const wish = { requestTypeId: '61eb2db568c7c300079fefd0', subject: 'Need access to the wiki' };
    await checked('POST', requests, 400, { ...wish, requestTypeId: 'rty1abcdefghijklmnop' });
    await checked('POST', requests, 400, { ...wish, subject: '' });
    await checked('POST', requests, 400, { ...wish, requesterUserIds: ['00u1abcdefghijklmnop'] });
    const { id } = (await checked('POST', requests, 201, wish)).body;
    expect((await checked('GET', `${requests}/${id}`, 200)).body).toMatchObject({
      ...{ requestStatus: 'OPEN', requesterUserIds: [client.sandbox.admin.id], permalinkId: 1 },
    });
    expect((await checked('GET', requests, 200)).body.data).toHaveLength(1);
    await checked('GET', `${requests}/${'f'.repeat(24)}`, 404);
    expect(await client.events('access.request.create')).toMatchObject([
      { target: [{ type: 'ACCESS_REQUEST', id }], debugContext: { debugData: { accessRequestId: id } } },
    ]);
  });

  it('takes requests for what is in the catalog only', async () => {
    const requests = '/governance/api/v2/requests';
    const requestedFor = { type: 'OKTA_USER', externalId: client.sandbox.admin.id };
    const requested = { type: 'CATALOG_ENTRY', entryId: 'cen1abcdefghijklmnop' };
    await checked('POST', requests, 404, { requested, requestedFor });
    await checked('POST', requests, 400, { requested: { type: 'APP' }, requestedFor });
    await checked('POST', requests, 400, { requested, requestedFor: { type: 'OKTA_USER' } });
    await checked('GET', '/governance/api/v2/catalogs/default/entries', 400);
    const resource = `/governance/api/v2/resources/${await anApp()}`;
    await checked('POST', `${resource}/request-conditions`, 400, {});
    const condition = {
      ...{ name: 'Sales', approvalSequenceId: '68920b41386747a673869356' },
      ...{ accessScopeSettings: { type: 'RESOURCE_DEFAULT' }, requesterSettings: { type: 'EVERYONE' } },
    };
    const { id } = (await client.call('POST', `${resource}/request-conditions`, condition)).body;
    const own = `${resource}/request-conditions/${id}`;
    expect((await client.call('POST', `${own}/activate`)).body.status).toBe('ACTIVE');
    await checked('DELETE', own, 403);
    expect((await client.call('PATCH', own, { name: 'All' })).body).toMatchObject({
      name: 'All',
      status: 'ACTIVE',
    });
    const top = encodeURIComponent('not(parent pr)');
    const entries = (await client.get(`/governance/api/v2/catalogs/default/entries?filter=${top}`)).body.data;
    expect(entries).toHaveLength(1);
    expect((await client.get(entries[0]._links.self.href)).body).toMatchObject({ requestable: true });
    expect((await checked('GET', `${resource}/request-sequences`, 200)).body.data).toEqual([]);
  });
});
