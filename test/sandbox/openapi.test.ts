import { describe, expect, it } from 'vitest';
import { loadSpec } from '../support/openapi.ts';
import { newProfile, query, type Reply, useSandbox } from './support.ts';

const spec = loadSpec();

/** Where recorded answers of Okta depart from its specification, the sandbox goes with the recordings. */
function asDocumented(body: unknown): unknown {
  if (body === '') return undefined;
  const text = JSON.stringify(body, (key, value) => {
    // The specification knows a boolean; Okta answers with a word.
    if (key === 'unique') return value === 'UNIQUE_VALIDATED';
    // The specification takes every member of an embedded resource for an object.
    return key === '_embedded' ? undefined : value;
  });
  return JSON.parse(text);
}

describe.skipIf(spec === undefined)(
  'answers match the published specification (skipped without ../shared/okta)',
  () => {
    const client = useSandbox();

    async function checked(method: string, path: string, status: number, body?: unknown): Promise<Reply> {
      const answer = await client.call(method, path, body);
      expect({ path, status: answer.status, body: answer.body }).toMatchObject({ status });
      const problems = spec?.checkResponse(method, path, status, asDocumented(answer.body));
      expect(problems, `${method} ${path}`).toEqual([]);
      return answer;
    }

    it('for users in every status', async () => {
      for (const user of (await checked('GET', '/api/v1/users?limit=200', 200)).body)
        await checked('GET', `/api/v1/users/${user.id}`, 200);
      await checked('GET', `/api/v1/users${query({ search: 'status eq "DEPROVISIONED"' })}`, 200);
      await checked('GET', `/api/v1/users${query({ filter: 'status eq "SUSPENDED"' })}`, 200);
      await checked('GET', '/api/v1/users?q=a', 200);
      await checked('GET', '/api/v1/users/nobody', 404);
    });

    it('for the life of a user', async () => {
      const credentials = {
        password: { value: 'first-Pass-1' },
        recovery_question: { question: 'Car?', answer: 'Panda' },
      };
      const created = await checked('POST', '/api/v1/users', 200, {
        profile: newProfile('life'),
        credentials,
      });
      const path = `/api/v1/users/${created.body.id}`;
      await checked('POST', path, 200, { profile: { nickName: 'Li', deskNumber: 7 } });
      await checked('PUT', path, 200, { profile: newProfile('life') });
      for (const name of ['groups', 'appLinks', 'factors', 'roles'])
        await checked('GET', `${path}/${name}`, 200);
      await checked('GET', `/api/v1/users/${client.sandbox.admin.id}/roles`, 200);
      await checked('POST', `${path}/lifecycle/suspend`, 200);
      await checked('POST', `${path}/lifecycle/unsuspend`, 200);
      await checked('POST', `${path}/lifecycle/reset_factors`, 200);
      await checked('POST', `${path}/credentials/forgot_password?sendEmail=false`, 200);
      await checked('POST', `${path}/credentials/change_recovery_question`, 200, {
        password: { value: 'first-Pass-1' },
        recovery_question: { question: 'Pet?', answer: 'Rex the dog' },
      });
      await checked('POST', `${path}/lifecycle/expire_password`, 200);
      await checked('POST', `${path}/credentials/change_password`, 200, {
        oldPassword: { value: 'first-Pass-1' },
        newPassword: { value: 'second-Pass-2' },
      });
      await checked('POST', `${path}/lifecycle/expire_password_with_temp_password`, 200);
      await checked('POST', `${path}/lifecycle/reset_password?sendEmail=false`, 200);
      await checked('POST', `${path}/lifecycle/reactivate`, 200);
      await checked('DELETE', `${path}/sessions`, 204);
      await checked('POST', `${path}/lifecycle/deactivate`, 200);
      await checked('POST', `${path}/lifecycle/activate?sendEmail=false`, 200);
      await checked('DELETE', path, 204);
      await checked('DELETE', path, 204);
      await checked('GET', path, 404);
    });

    it('for groups and their members', async () => {
      await checked('GET', '/api/v1/groups?expand=stats', 200);
      await checked('GET', '/api/v1/groups/rules', 200);
      const { body } = await checked('POST', '/api/v1/groups', 200, {
        profile: { name: 'Spec', description: null },
      });
      const path = `/api/v1/groups/${body.id}`;
      await checked('PUT', path, 200, { profile: { name: 'Spec 2' } });
      await checked('GET', path, 200);
      await checked('PUT', `${path}/users/${client.sandbox.admin.id}`, 204);
      await checked('GET', `${path}/users`, 200);
      await checked('GET', `${path}/apps`, 200);
      await checked('DELETE', `${path}/users/${client.sandbox.admin.id}`, 204);
      await checked('DELETE', path, 204);
    });

    it('for apps and their assignments', async () => {
      const apps = (await checked('GET', '/api/v1/apps', 200)).body;
      for (const { id } of apps) await checked('GET', `/api/v1/apps/${id}`, 200);
      const app = `/api/v1/apps/${apps.find((candidate: { name: string }) => candidate.name === 'sandbox_crm_1').id}`;
      const { id } = client.sandbox.admin;
      await checked('POST', `${app}/users`, 200, { id, scope: 'USER' });
      await checked('GET', `${app}/users?expand=user`, 200);
      await checked('GET', `${app}/users/${id}`, 200);
      await checked('POST', `${app}/users/${id}`, 200, { credentials: { userName: 'boss' } });
      await checked(
        'GET',
        `/api/v1/apps${query({ filter: `user.id eq "${id}"`, expand: `user/${id}` })}`,
        200,
      );
      await checked('DELETE', `${app}/users/${id}`, 204);
      const group = (await client.get('/api/v1/groups?q=Finance')).body[0].id;
      await checked('PUT', `${app}/groups/${group}`, 200, { priority: 3 });
      await checked('GET', `${app}/groups`, 200);
      await checked('GET', `${app}/groups/${group}`, 200);
      await checked('DELETE', `${app}/groups/${group}`, 204);
      await checked('POST', `${app}/lifecycle/deactivate`, 200);
      await checked('POST', `${app}/lifecycle/activate`, 200);
    });

    it('for event hooks', async () => {
      const hook = {
        name: 'spec',
        events: { type: 'EVENT_TYPE', items: ['user.session.start', 'user.lifecycle.create'] },
        channel: {
          type: 'HTTP',
          version: '1.0.0',
          config: {
            uri: 'http://127.0.0.1:1/',
            headers: [{ key: 'X-A', value: 'b' }],
            authScheme: { type: 'HEADER', key: 'Authorization', value: 'secret' },
          },
        },
      };
      expect(spec?.checkRequest({ method: 'POST', path: '/api/v1/eventHooks', body: hook })).toEqual([]);
      const path = `/api/v1/eventHooks/${(await checked('POST', '/api/v1/eventHooks', 200, hook)).body.id}`;
      await checked('POST', '/api/v1/eventHooks', 400, { ...hook, name: '' });
      await checked('GET', '/api/v1/eventHooks', 200);
      await checked('GET', path, 200);
      await checked('PUT', path, 200, {
        ...hook,
        channel: { ...hook.channel, config: { uri: 'https://a.example' } },
      });
      await checked('POST', `${path}/lifecycle/verify`, 400);
      await checked('DELETE', path, 400);
      await checked('POST', `${path}/lifecycle/deactivate`, 200);
      await checked('POST', `${path}/lifecycle/activate`, 200);
      await checked('POST', `${path}/lifecycle/deactivate`, 200);
      await checked('DELETE', path, 204);
      await checked('GET', path, 404);
    });

    it('for roles', async () => {
      const { id } = client.sandbox.admin;
      const role = await checked('POST', `/api/v1/users/${id}/roles`, 201, { type: 'APP_ADMIN' });
      await checked('POST', `/api/v1/users/${id}/roles`, 409, { type: 'APP_ADMIN' });
      await checked('GET', `/api/v1/users/${id}/roles`, 200);
      await checked('GET', `/api/v1/users/${id}/roles/${role.body.id}`, 200);
      await checked('DELETE', `/api/v1/users/${id}/roles/${role.body.id}`, 204);
      await checked('DELETE', `/api/v1/users/${id}/roles/${role.body.id}`, 404);
    });

    it('for schemas, types, the org and the log', async () => {
      await checked('GET', '/api/v1/meta/schemas/user/default', 200);
      await checked('POST', '/api/v1/meta/schemas/user/default', 200, {
        definitions: { custom: { properties: { shoe: { title: 'Shoe', type: 'number', required: false } } } },
      });
      await checked('GET', '/api/v1/meta/schemas/group/default', 200);
      for (const type of (await checked('GET', '/api/v1/meta/types/user', 200)).body)
        await checked('GET', `/api/v1/meta/types/user/${type.id}`, 200);
      await checked('GET', '/api/v1/org', 200);
      await checked('GET', '/.well-known/okta-organization', 200);
      await checked('GET', '/.well-known/openid-configuration', 200);
      await checked('GET', '/oauth2/v1/keys', 200);
      await checked('GET', '/api/v1/logs?limit=1000', 200);
      await checked('GET', `/api/v1/logs${query({ filter: 'nonsense' })}`, 400);
    });
  },
);

describe.skipIf(spec === undefined)('the referee', () => {
  it('finds the most specific template', () => {
    expect(spec?.operation('GET', '/api/v1/groups/rules')?.template).toBe('/api/v1/groups/rules');
    expect(spec?.operation('GET', '/api/v1/groups/00g1')?.template).toBe('/api/v1/groups/{groupId}');
    expect(spec?.operation('POST', '/oauth2/v1/token')?.template).toBe('/oauth2/v1/token');
    expect(spec?.operation('GET', '/api/v1/nothing')).toBeUndefined();
  });

  it.each([
    [{ method: 'GET', path: '/api/v1/users', query: { limit: 5, search: 'id pr' } }, ''],
    [{ method: 'GET', path: '/api/v1/users?limit=many' }, 'query limit: / must be integer'],
    [{ method: 'GET', path: '/api/v1/users', query: { colour: 'red' } }, 'query colour: not documented'],
    [{ method: 'POST', path: '/api/v1/users/x/lifecycle/reset_password' }, 'query sendEmail: missing'],
    [{ method: 'POST', path: '/api/v1/users', body: { profile: newProfile('ok') } }, ''],
    [{ method: 'POST', path: '/api/v1/users' }, 'body: missing'],
    [{ method: 'POST', path: '/api/v1/users', body: {} }, "must have required property 'profile'"],
    [{ method: 'POST', path: '/api/v1/users', body: { profile: 7 } }, '/profile must be object'],
    [{ method: 'DELETE', path: '/api/v1/users/x', body: {} }, 'body: none is documented'],
    [{ method: 'POST', path: '/api/v1/apps/x/users', body: { id: '00u1', scope: 'USER' } }, ''],
    [{ method: 'GET', path: '/api/v1/nothing' }, 'is not documented'],
  ])('judges the request %j', (request, problem) => {
    const problems = spec?.checkRequest(request) ?? [];
    if (problem === '') expect(problems).toEqual([]);
    else expect(problems.join('\n')).toContain(problem);
  });

  it.each([
    [200, { id: 7 }, '/id must be string'],
    [200, undefined, 'body: missing'],
    [201, {}, 'status 201 is not documented'],
    [404, { errorCode: 7 }, '/errorCode must be string'],
    [403, undefined, ''],
    [200, { id: 'x', status: 'ACTIVE', lastLogin: null, unheard: true }, ''],
  ])('judges the answer %i %j', (status, body, problem) => {
    const problems = spec?.checkResponse('GET', '/api/v1/users/x', status, body) ?? [];
    if (problem === '') expect(problems).toEqual([]);
    else expect(problems.join('\n')).toContain(problem);
  });
});
