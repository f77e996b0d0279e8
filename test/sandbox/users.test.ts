import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { newProfile, query, useSandbox } from './support.ts';

const client = useSandbox();
const password = { value: 'Temp-83x!Q' };

async function create(name: string, body: Record<string, unknown> = {}, parameters = '') {
  return client.post(`/api/v1/users${parameters}`, { profile: newProfile(name), ...body });
}

describe('creating a user', () => {
  it.each([
    ['STAGED', '?activate=false', {}],
    ['PROVISIONED', '', {}],
    ['PROVISIONED', '?activate=true', {}],
    ['ACTIVE', '', { credentials: { password } }],
    ['STAGED', '?activate=false', { credentials: { password } }],
    ['PASSWORD_EXPIRED', '?nextLogin=changePassword', { credentials: { password } }],
    ['ACTIVE', '?provider=true', { credentials: { provider: { type: 'FEDERATION', name: 'FEDERATION' } } }],
    [
      'STAGED',
      '?provider=true&activate=false',
      { credentials: { provider: { type: 'SOCIAL', name: 'SOCIAL' } } },
    ],
    ['ACTIVE', '', { credentials: { password: { hook: { type: 'default' } } } }],
  ])('begins %s with %s', async (status, parameters, body) => {
    const created = await create('begin', body, parameters);
    expect(created.status).toBe(200);
    expect(created.body).toMatchObject({
      status,
      lastLogin: null,
      profile: { mobilePhone: null, secondEmail: null },
    });
    expect((await client.get(`/api/v1/users/${created.body.id}`)).body.status).toBe(status);
  });

  it.each([
    ['E0000124', '?nextLogin=changePassword', {}],
    ['E0000125', '?nextLogin=changePassword&activate=false', { credentials: { password } }],
    ['E0000093', '', { groupIds: Array.from({ length: 21 }, (_, i) => `00g${i}`) }],
    ['E0000001', '', { credentials: { password: { value: 'short' } } }],
    ['E0000001', '', { credentials: { recovery_question: { question: 'Car?', answer: 'abc' } } }],
    ['E0000001', '?provider=true', { credentials: { password, provider: { type: 'FEDERATION' } } }],
  ])('is refused with %s for %s', async (errorCode, parameters, body) => {
    const refused = await create('refused', body, parameters);
    expect(refused).toMatchObject({ status: 400, body: { errorCode, errorLink: errorCode } });
    expect((await client.get('/api/v1/users/refused@sandbox.example')).status).toBe(404);
  });

  it('refuses a login that is taken, in any case of letters', async () => {
    await create('twice');
    const again = await client.post('/api/v1/users', {
      profile: { ...newProfile('twice'), login: 'TWICE@sandbox.example' },
    });
    expect(again).toMatchObject({
      status: 400,
      body: {
        errorSummary: 'Api validation failed: login',
        errorCauses: [
          { errorSummary: 'login: An object with this field already exists in the current organization' },
        ],
      },
    });
  });

  it.each([
    [{ nothing: 1 }, "Property name 'nothing' is not defined in profile"],
    [{ firstName: '' }, 'firstName: The field cannot be left blank'],
    [{ firstName: 'x'.repeat(51) }, 'firstName: The field is too long'],
    [{ email: 'nobody' }, 'email: Does not match required pattern'],
    [{ login: 'nobody' }, 'login: Username must be in the form of an email address'],
    [{ shirtSize: 'XXL' }, 'shirtSize: The value is not one of those that the schema lists'],
    [{ deskNumber: '7' }, 'deskNumber: a whole number is expected'],
    [{ contractor: 'yes' }, 'contractor: a boolean is expected'],
    [{ skills: ['a', 1] }, 'skills: a string is expected'],
  ])('checks the profile against the schema: %j', async (profile, cause) => {
    const refused = await client.post('/api/v1/users', { profile: { ...newProfile('schema'), ...profile } });
    expect(refused).toMatchObject({ status: 400, body: { errorCode: 'E0000001' } });
    expect(refused.body.errorCauses).toContainEqual({ errorSummary: cause });
  });

  it('keeps unique attributes unique and read-only ones untouched', async () => {
    const first = await create('first', { profile: { ...newProfile('first'), badgeId: 'X1' } });
    expect(first.body.profile.badgeId).toBe('X1');
    const second = await client.post('/api/v1/users', {
      profile: { ...newProfile('second'), badgeId: 'X1' },
    });
    expect(second.body.errorCauses[0].errorSummary).toMatch(
      /^badgeId: An object with this field already exists/,
    );
    const fixed = await client.post('/api/v1/users', { profile: { ...newProfile('third'), payrollId: '9' } });
    expect(fixed).toMatchObject({ status: 403, body: { errorCode: 'E0000077' } });
  });

  const salt22 = 'abcdefghijklmnopqrstuv';
  it.each([
    [true, { algorithm: 'BCRYPT', workFactor: 10, salt: salt22, value: 'x'.repeat(31) }],
    [false, { algorithm: 'BCRYPT', workFactor: 21, salt: salt22, value: 'x'.repeat(31) }],
    [false, { algorithm: 'BCRYPT', workFactor: 10, salt: 'short', value: 'x'.repeat(31) }],
    [
      false,
      { algorithm: 'BCRYPT', workFactor: 10, salt: salt22, value: 'x'.repeat(31), saltOrder: 'PREFIX' },
    ],
    [true, { algorithm: 'SHA-512', value: 'YWJj' }],
    [true, { algorithm: 'SHA-256', value: 'YWJj', salt: 'YQ==', saltOrder: 'POSTFIX' }],
    [false, { algorithm: 'SHA-256', value: 'YWJj', salt: 'YQ==' }],
    [true, { algorithm: 'SHA-1', value: 'YWJj' }],
    [true, { algorithm: 'MD5', value: 'YWJj' }],
    [false, { algorithm: 'MD5', value: 'not base64!' }],
    [false, { algorithm: 'SCRYPT', value: 'YWJj' }],
    [
      true,
      {
        algorithm: 'PBKDF2',
        salt: 'YQ==',
        value: 'YWJj',
        iterationCount: 4096,
        keySize: 32,
        digestAlgorithm: 'SHA256_HMAC',
      },
    ],
    [
      false,
      {
        algorithm: 'PBKDF2',
        salt: 'YQ==',
        value: 'YWJj',
        iterationCount: 100,
        keySize: 32,
        digestAlgorithm: 'SHA256_HMAC',
      },
    ],
    [
      false,
      {
        algorithm: 'PBKDF2',
        salt: 'YQ==',
        value: 'YWJj',
        iterationCount: 4096,
        keySize: 32,
        digestAlgorithm: 'SHA1',
      },
    ],
  ])('accepts (%s) the imported hash %j', async (accepted, hash) => {
    const created = await create('import', { credentials: { password: { hash } } });
    expect(created.status).toBe(accepted ? 200 : 400);
    if (accepted)
      expect(created.body.credentials).toEqual({
        password: {},
        provider: { type: 'IMPORT', name: 'IMPORT' },
      });
  });

  it('puts the user in groups and in another type, and never shows a secret', async () => {
    const [group] = (await client.get('/api/v1/groups?q=Sales')).body;
    const types = (await client.get('/api/v1/meta/types/user')).body;
    const type = types.find((candidate: { default: boolean }) => !candidate.default);
    const created = await create('member', {
      credentials: { password, recovery_question: { question: 'First car?', answer: 'Panda4x4' } },
      groupIds: [group.id],
      type: { id: type.id },
    });
    expect(created.body).toMatchObject({ type: { id: type.id } });
    expect(created.body.credentials.recovery_question).toEqual({ question: 'First car?' });
    expect(JSON.stringify(created.body)).not.toMatch(/Panda4x4|Temp-83x/);
    const names = (await client.get(`/api/v1/users/${created.body.id}/groups`)).body.map(
      (g: { profile: { name: string } }) => g.profile.name,
    );
    expect(names).toEqual(['Everyone', 'Sales']);
    expect(await client.events('group.user_membership.add')).toHaveLength(1);
  });
});

describe('reading a user', () => {
  it('finds by id, login, short name and me', async () => {
    const { id, login } = client.sandbox.admin;
    for (const reference of [id, login, login.toUpperCase(), 'admin', 'me', encodeURIComponent(login)])
      expect((await client.get(`/api/v1/users/${reference}`)).body.id).toBe(id);
    const unknown = await client.get('/api/v1/users/00uNobody');
    expect(unknown).toMatchObject({
      status: 404,
      body: {
        errorCode: 'E0000007',
        errorSummary: 'Not found: Resource not found: 00uNobody (User)',
        errorCauses: [],
      },
    });
  });

  it('falls into the traps of the path that Okta has', async () => {
    const { id } = client.sandbox.admin;
    expect((await client.get(`/api/v1/users/${id};a=b/groups`)).body.id).toBe(id);
    expect((await client.get(`/api/v1/users/${id}%3Bcut`)).body.id).toBe(id);
    const backslash = await client.get('/api/v1/users/a%5Cb@sandbox.example');
    expect(backslash.status).toBe(400);
    expect(backslash.headers.get('content-type')).toContain('text/html');
    expect((await client.get('/api/v1/users/a%2Fb@sandbox.example')).status).toBe(404);
    expect(await rawStatus('/api/v1/users/a\\b')).toBe(400);
  });

  function rawStatus(path: string): Promise<number | undefined> {
    const { hostname, port } = new URL(client.sandbox.orgUrl);
    const headers = { authorization: `SSWS ${client.sandbox.apiToken}` };
    return new Promise((resolve, reject) => {
      const sent = request({ hostname, port, path, headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.on('error', reject).end();
    });
  }

  it('shows the links of the status alone, and of an item only self', async () => {
    const { body } = await client.get('/api/v1/users/me');
    expect(Object.keys(body._links)).toEqual(
      expect.arrayContaining(['self', 'type', 'schema', 'suspend', 'deactivate']),
    );
    for (const item of (await client.get('/api/v1/users')).body)
      expect(Object.keys(item._links)).toEqual(['self']);
  });
});

describe('changing a user', () => {
  it('POST changes what is named, null clears, and PUT clears the rest', async () => {
    const { body } = await create('change', {
      profile: { ...newProfile('change'), city: 'Rome', title: 'Boss' },
    });
    const path = `/api/v1/users/${body.id}`;
    const updated = await client.post(path, { profile: { city: null, nickName: 'Chan' } });
    expect(updated.body.profile).toMatchObject({
      title: 'Boss',
      nickName: 'Chan',
      login: 'change@sandbox.example',
    });
    expect(updated.body.profile).not.toHaveProperty('city');
    const replaced = await client.put(path, { profile: newProfile('change') });
    expect(replaced.body.profile).not.toHaveProperty('title');
    const kept = await client.put(path, { credentials: { password } });
    expect(kept.body).toMatchObject({
      profile: { login: 'change@sandbox.example' },
      credentials: { password: {} },
    });
    const events = await client.events('user.account.update_profile');
    const changed = events.map((event) => event.debugContext.debugData.changedAttributes.split(',').sort());
    expect(changed).toEqual([
      ['city', 'nickName'],
      ['nickName', 'title'],
    ]);
    expect(await client.events('user.account.update_password')).toHaveLength(1);
  });

  it('follows the login when it changes', async () => {
    const { body } = await create('before');
    await client.post(`/api/v1/users/${body.id}`, { profile: { login: 'after@sandbox.example' } });
    expect((await client.get('/api/v1/users/after@sandbox.example')).body.id).toBe(body.id);
    expect((await client.get('/api/v1/users/before@sandbox.example')).status).toBe(404);
  });

  it('changes the type only by PUT', async () => {
    const types = (await client.get('/api/v1/meta/types/user')).body;
    const type = { id: types.find((candidate: { default: boolean }) => !candidate.default).id };
    const { body } = await create('typed');
    expect((await client.post(`/api/v1/users/${body.id}`, { type })).status).toBe(400);
    expect((await client.put(`/api/v1/users/${body.id}`, { type })).body.type).toEqual(type);
  });

  it('takes If-Match to the letter', async () => {
    const { headers } = await client.get('/api/v1/users/me');
    const etag = headers.get('etag') as string;
    expect(etag).toMatch(/^W\/"[0-9a-f]{64}"$/);
    const matching = { 'if-match': etag };
    expect((await client.post('/api/v1/users/me', { profile: { nickName: 'A' } }, matching)).status).toBe(
      200,
    );
    const stale = await client.post('/api/v1/users/me', { profile: { nickName: 'B' } }, matching);
    expect(stale).toMatchObject({ status: 412, body: { errorCode: 'E0000231' } });
  });

  it('with strict refuses the password that is in use', async () => {
    const { body } = await create('strict', { credentials: { password } });
    const path = `/api/v1/users/${body.id}`;
    expect((await client.put(path, { credentials: { password } })).status).toBe(200);
    const refused = await client.post(`${path}?strict=true`, { credentials: { password } });
    expect(refused).toMatchObject({ status: 403, body: { errorCode: 'E0000014' } });
  });
});

describe('deleting a user', () => {
  it('takes two calls that look alike', async () => {
    const { body } = await create('gone');
    const path = `/api/v1/users/${body.id}`;
    expect((await client.delete(path)).status).toBe(204);
    expect((await client.get(path)).body.status).toBe('DEPROVISIONED');
    expect((await client.delete(path)).status).toBe(204);
    expect((await client.get(path)).status).toBe(404);
    expect((await client.delete(path)).status).toBe(404);
    expect(await client.events('user.lifecycle.delete.completed')).toHaveLength(1);
  });

  it('takes the user out of groups and apps', async () => {
    const [group] = (await client.get('/api/v1/groups?q=Finance')).body;
    const { body } = await create('leaver', { groupIds: [group.id] });
    const before = (await client.get(`/api/v1/groups/${group.id}/users`)).body.length;
    await client.delete(`/api/v1/users/${body.id}`);
    await client.delete(`/api/v1/users/${body.id}`);
    expect((await client.get(`/api/v1/groups/${group.id}/users`)).body).toHaveLength(before - 1);
    const found = await client.get(`/api/v1/users${query({ search: `id eq "${body.id}"` })}`);
    expect(found.body).toEqual([]);
  });
});

describe('credential operations', () => {
  it('change the password when the old one is right', async () => {
    const { body } = await create('pass', { credentials: { password } });
    const path = `/api/v1/users/${body.id}/credentials/change_password`;
    const wrong = await client.post(path, {
      oldPassword: { value: 'nope' },
      newPassword: { value: 'Better-99-x' },
    });
    expect(wrong).toMatchObject({ status: 403, body: { errorCode: 'E0000014' } });
    const weak = await client.post(path, { oldPassword: password, newPassword: { value: 'weak' } });
    expect(weak.body.errorCauses[0].errorSummary).toMatch(/^Password requirements were not met/);
    const changed = await client.post(path, { oldPassword: password, newPassword: { value: 'Better-99-x' } });
    expect(changed).toMatchObject({ status: 200, body: { password: {}, provider: { type: 'OKTA' } } });
  });

  it('end a reset and an expiry', async () => {
    for (const operation of ['lifecycle/reset_password?sendEmail=true', 'lifecycle/expire_password']) {
      const name = operation.includes('reset') ? 'reset' : 'expire';
      const { body } = await create(name, { credentials: { password } });
      await client.post(`/api/v1/users/${body.id}/${operation}`);
      await client.post(`/api/v1/users/${body.id}/credentials/change_password`, {
        oldPassword: password,
        newPassword: { value: 'Better-99-x' },
      });
      expect((await client.get(`/api/v1/users/${body.id}`)).body.status).toBe('ACTIVE');
    }
  });

  it('need the recovery question where it belongs', async () => {
    const { body } = await create('forgetful', { credentials: { password } });
    const credentials = `/api/v1/users/${body.id}/credentials`;
    const early = { password: { value: 'Better-99-x' }, recovery_question: { answer: 'Rex the dog' } };
    expect(
      (await client.post(`${credentials}/forgot_password_recovery_question`, early)).body.errorCode,
    ).toBe('E0000087');
    const question = { password, recovery_question: { question: 'Pet?', answer: 'Rex the dog' } };
    const changed = await client.post(`${credentials}/change_recovery_question`, question);
    expect(changed.body.recovery_question).toEqual({ question: 'Pet?' });
    expect((await client.post(`${credentials}/forgot_password`)).body).toEqual({});
    const link = await client.post(`${credentials}/forgot_password?sendEmail=false`);
    expect(link.body.resetPasswordUrl).toMatch(/\/reset_password\//);
    const answer = { password: { value: 'Better-99-x' }, recovery_question: { answer: 'wrong' } };
    const path = `${credentials}/forgot_password_recovery_question`;
    expect((await client.post(path, answer)).body.errorCode).toBe('E0000087');
    expect(
      (await client.post(path, { ...answer, recovery_question: { answer: 'Rex the dog' } })).status,
    ).toBe(200);
  });
});
