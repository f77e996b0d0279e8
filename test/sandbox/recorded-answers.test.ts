/** Answers, errors and headers, compared with what was counted in recorded traffic of Okta orgs (November 2026). */
import { describe, expect, it } from 'vitest';
import { useReceiver } from './receiver.ts';
import { newProfile, query, useSandbox } from './support.ts';

const client = useSandbox();
const receiver = useReceiver();
const appId = async (label: string) => (await client.get(`/api/v1/apps${query({ q: label })}`)).body[0].id;
const groupNamed = async (name: string) => (await client.get(`/api/v1/groups?q=${name}`)).body[0];

describe('G.14 lists', () => {
  it('G.14 of groups take a filter beside q, without a link', async () => {
    const all = await client.get(`/api/v1/groups${query({ q: 'D' })}`);
    expect(all.body).toHaveLength(1);
    const parameters = { q: 'D', filter: 'type eq "APP_GROUP"' };
    const imported = await client.get(`/api/v1/groups${query(parameters)}`);
    expect(imported.body).toHaveLength(1);
    expect(imported.headers.get('link')).toBeNull();
    const own = await client.get(`/api/v1/groups${query({ ...parameters, filter: 'type eq "OKTA_GROUP"' })}`);
    expect(own).toMatchObject({ status: 200, body: [] });
    const wrong = await client.get(`/api/v1/groups${query({ ...parameters, filter: 'nonsense' })}`);
    expect(wrong.body.errorCode).toBe('E0000031');
  });

  it('G.14 of the groups of an app take q, over pages', async () => {
    const path = `/api/v1/apps/${await appId('Company Wiki')}/groups`;
    for (const name of ['Sales', 'Support', 'Finance'])
      await client.put(`${path}/${(await groupNamed(name)).id}`);
    const ids = [(await groupNamed('Sales')).id, (await groupNamed('Support')).id];
    const found = await client.get(`${path}?q=s`);
    expect(found.body.map(({ id }: { id: string }) => id)).toEqual(ids);
    const page = await client.get(`${path}?q=S&limit=1`);
    expect(page.body[0].id).toBe(ids[0]);
    expect((await client.get(page.next as string)).body[0].id).toBe(ids[1]);
    expect((await client.get(`${path}?q=nobody`)).body).toEqual([]);
  });

  it('G.14 of the groups of an app embed the group when asked', async () => {
    const path = `/api/v1/apps/${await appId('Acme CRM')}/groups`;
    const [assignment] = (await client.get(`${path}?expand=group`)).body;
    expect(assignment._embedded.group).toMatchObject({ id: assignment.id, profile: { name: 'Sales' } });
    expect((await client.get(path)).body[0]).not.toHaveProperty('_embedded');
  });

  // All 14 self links of recorded lists without a limit.
  it.each([
    ['/api/v1/users', 200],
    ['/api/v1/groups', 10_000],
    ['/api/v1/groups/rules', 50],
    ['/api/v1/apps', 20],
  ])('G.14 fact 15: the self link of %s tells the default limit', async (path, limit) => {
    expect((await client.get(path)).headers.get('link')).toBe(
      `<${client.sandbox.orgUrl}${path}?limit=${limit}>; rel="self"`,
    );
  });
});

describe('G.14 fact 18: a wrong cursor', () => {
  it.each(['users', 'groups', 'apps', 'groups/rules'])('G.14 is refused by the list of %s', async (name) => {
    expect(await client.get(`/api/v1/${name}?after=00x1testcursorvalue`)).toMatchObject({
      status: 400,
      body: {
        errorCode: 'E0000029',
        errorSummary: 'Invalid paging request.',
        errorCauses: [{ errorSummary: 'Invalid cursor.' }],
      },
    });
  });

  it('G.14 is refused by the lists within objects', async () => {
    const group = (await groupNamed('Sales')).id;
    const app = await appId('Acme CRM');
    for (const path of [
      `/api/v1/groups/${group}/users`,
      `/api/v1/groups/${group}/apps`,
      `/api/v1/apps/${app}/users`,
      `/api/v1/apps/${app}/groups`,
      `/api/v1/users/${client.sandbox.admin.id}/groups`,
    ])
      expect((await client.get(`${path}?after=00x1testcursorvalue`)).body.errorCode).toBe('E0000029');
  });

  it('G.14 in a sorted search is refused alike, and one of a deleted object goes on', async () => {
    const sorted = query({ search: 'status pr', sortBy: 'profile.login', after: 'nonsense' });
    expect((await client.get(`/api/v1/users${sorted}`)).body).toMatchObject({
      errorCode: 'E0000029',
      errorCauses: [{ errorSummary: 'Invalid cursor.' }],
    });
    const { id } = (await client.post('/api/v1/groups', { profile: { name: 'Gone' } })).body;
    await client.delete(`/api/v1/groups/${id}`);
    expect(await client.get(`/api/v1/groups?after=${id}`)).toMatchObject({ status: 200, body: [] });
  });
});

describe('G.14 errors', () => {
  it('G.14 of a malformed expand name the request parameters', async () => {
    for (const expand of ['user/id,group/id', 'user', 'group/00g1abcdefghijklmnop'])
      expect(await client.get(`/api/v1/apps${query({ expand })}`)).toMatchObject({
        status: 400,
        body: {
          errorCode: 'E0000001',
          errorSummary: 'Api validation failed: RequestParams',
          errorCauses: [{ errorSummary: 'Expand query is malformed.' }],
        },
      });
  });

  it('G.14 fact 26: of an unlock have their cause, those of a wrong status have none', async () => {
    const path = `/api/v1/users/${client.sandbox.admin.id}/lifecycle`;
    expect((await client.post(`${path}/unlock`)).body).toMatchObject({
      errorCode: 'E0000032',
      errorCauses: [{ errorSummary: 'The user is not locked out.' }],
    });
    expect((await client.post(`${path}/reactivate`)).body).toMatchObject({
      errorCode: 'E0000038',
      errorCauses: [],
    });
  });

  it('G.14 have the texts of the published catalogue', async () => {
    const roles = `/api/v1/users/${client.sandbox.admin.id}/roles`;
    expect((await client.post(roles, { type: 'SUPER_ADMIN' })).body.errorSummary).toBe(
      'The role specified is already assigned to the user.',
    );
    const created = await client.post('/api/v1/users?nextLogin=changePassword', {
      profile: newProfile('soon'),
    });
    expect(created.body.errorSummary).toContain('To create a user and expire their password immediately');
  });

  it('G.14 fact 23: of what is not there have no rate-limit headers', async () => {
    const noMethod = await client.call('PATCH', '/api/v1/users');
    expect(noMethod).toMatchObject({ status: 405, body: { errorCode: 'E0000022' } });
    const noFeature = await client.post('/api/v1/eventHooks', {
      name: 'filtered',
      events: {
        type: 'EVENT_TYPE',
        items: ['user.lifecycle.create'],
        filter: { type: 'EXPRESSION_LANGUAGE' },
      },
      channel: { type: 'HTTP', version: '1.0.0', config: { uri: 'https://hooks.example/x' } },
    });
    expect(noFeature).toMatchObject({ status: 401, body: { errorCode: 'E0000015' } });
    for (const { headers } of [noMethod, noFeature]) {
      expect([...headers.keys()].filter((name) => name.startsWith('x-rate-limit'))).toEqual([]);
      expect(headers.get('allow')).toBeNull();
    }
  });

  it('G.14 fact 24: of a rate limit tell no Retry-After', async () => {
    await client.control('PUT', '/limits', { '/api/v1/users/me': 0 });
    const refused = await client.get('/api/v1/users/me');
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBeNull();
    const ahead =
      Number(refused.headers.get('x-rate-limit-reset')) -
      Date.parse(refused.headers.get('date') as string) / 1000;
    expect(ahead).toBeGreaterThanOrEqual(0);
    expect(ahead).toBeLessThanOrEqual(61);
  });
});

describe('G.14 forgot_password', () => {
  it('G.14 of an ACTIVE user without a question answers with its link', async () => {
    const { id } = (
      await client.post('/api/v1/users', {
        profile: newProfile('forgetful'),
        credentials: { password: { value: 'first-Pass-1' } },
      })
    ).body;
    const path = `/api/v1/users/${id}/credentials/forgot_password`;
    const link = await client.post(`${path}?sendEmail=false`);
    expect(link.status).toBe(200);
    expect(link.body.resetPasswordUrl).toContain(`${client.sandbox.orgUrl}/reset_password/`);
    expect(await client.post(path)).toMatchObject({ status: 200, body: {} });
    expect((await client.get(`/api/v1/users/${id}`)).body.status).toBe('ACTIVE');
  });
});

describe('G.14 headers', () => {
  it('G.14 say that nothing is to be kept, on every answer of the API', async () => {
    const answers = [
      await client.get('/api/v1/users'),
      await client.get('/api/v1/users/nobody'),
      await client.call('GET', '/api/v1/apps', undefined, { authorization: 'SSWS wrong' }),
      await client.delete(`/api/v1/users/${client.sandbox.admin.id}/sessions`),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 404, 401, 204]);
    for (const { headers } of answers) {
      expect(headers.get('cache-control')).toBe('no-cache, no-store');
      expect(headers.get('pragma')).toBe('no-cache');
      expect(headers.get('expires')).toBe('0');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-xss-protection')).toBe('0');
      expect(headers.get('referrer-policy')).toBe('strict-origin-when-cross-origin');
      // Fact 14: 32 hexadecimal digits.
      expect(headers.get('x-okta-request-id')).toMatch(/^[0-9a-f]{32}$/);
      // Fact 39: cookies even for API tokens.
      const names = headers.getSetCookie().map((cookie) => cookie.split('=')[0]);
      expect(names).toEqual(expect.arrayContaining(['sid', 'xids', 'JSESSIONID']));
    }
  });

  it('G.14 fact 14: an error id has 25 characters and is not the id of the request', async () => {
    const { body, headers } = await client.get('/api/v1/users/nobody');
    expect(body.errorId).toMatch(/^oae.{22}$/);
    expect(body.errorId).not.toContain(headers.get('x-okta-request-id'));
  });

  it('G.14 fact 36: JSON at a path that looks like a file is inline', async () => {
    const { login, id } = client.sandbox.admin;
    const byLogin = await client.get(`/api/v1/users/${encodeURIComponent(login)}`);
    expect(byLogin.headers.get('content-disposition')).toBe('inline;filename=f.txt');
    expect((await client.get(`/api/v1/users/${id}`)).headers.get('content-disposition')).toBeNull();
  });
});

describe('G.14 an event hook', () => {
  it('G.14 can be put back as it was read, and keeps its secret', async () => {
    const authScheme = { type: 'HEADER', key: 'X-Secret', value: 'kept-secret' };
    const created = await client.post('/api/v1/eventHooks', {
      name: 'round trip',
      events: { type: 'EVENT_TYPE', items: ['group.lifecycle.create'] },
      channel: { type: 'HTTP', version: '1.0.0', config: { uri: receiver.uri, authScheme } },
    });
    const path = `/api/v1/eventHooks/${created.body.id}`;
    await client.post(`${path}/lifecycle/verify`);
    const read = (await client.get(path)).body;
    expect(read.verificationStatus).toBe('VERIFIED');
    const put = await client.put(path, read);
    expect(put).toMatchObject({
      status: 200,
      body: { verificationStatus: 'VERIFIED', channel: read.channel },
    });
    await client.post('/api/v1/groups', { profile: { name: 'Told' } });
    await client.control('POST', '/hooks/flush');
    expect(receiver.envelopes.at(-1)?.headers['x-secret']).toBe('kept-secret');
  });

  it('G.14 needs a secret for another header, or for a first one', async () => {
    const hook = {
      name: 'plain',
      events: { type: 'EVENT_TYPE', items: ['group.lifecycle.create'] },
      channel: { type: 'HTTP', version: '1.0.0', config: { uri: 'https://hooks.example/x' } },
    };
    const { id } = (await client.post('/api/v1/eventHooks', hook)).body;
    const authScheme = { type: 'HEADER', key: 'X-Secret' };
    const channel = { ...hook.channel, config: { ...hook.channel.config, authScheme } };
    expect((await client.post('/api/v1/eventHooks', { ...hook, channel })).status).toBe(400);
    expect((await client.put(`/api/v1/eventHooks/${id}`, { ...hook, channel })).status).toBe(400);
  });
});
