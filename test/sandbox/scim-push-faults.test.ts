import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.ts';
import { newGroup, newUser, pushingApp } from './scim-app.ts';
import { json, scimError, useScimRecorder } from './scim-recorder.ts';
import { clientOf, useSandbox } from './support.ts';

const client = useSandbox();
const server = useScimRecorder();
const minute = 60_000;

const advance = (advanceMs: number) => client.control('POST', '/clock', { advanceMs });
const tasks = async () => (await client.control('GET', '/provisioning')).body.tasks;
const retry = (body = {}) => client.control('POST', '/provisioning/retry', body);

const failures = async (type: string) =>
  (await client.events(type)).filter(({ outcome }) => outcome.result === 'FAILURE');

describe('a server that is busy', () => {
  it('scim-field 29 is asked again after as many whole seconds as it says', async () => {
    const app = await pushingApp(client, server, 'NETWORK', { speed: 1 });
    server.answer = (_, response) => scimError(response, 429, 'slow down', { 'retry-after': '120' });
    const id = await newUser(client, 'Lee');
    await app.assign(id);
    const [task] = await app.settled();
    const { nowMs } = (await client.control('GET', '/clock')).body;
    expect(task).toMatchObject({ status: 'WAITING', attempts: 1, userId: id, appId: app.id });
    expect(Math.abs(Date.parse(task.retryAt) - nowMs - 120_000)).toBeLessThan(2000);
    expect(await client.events('application.integration.rate_limit_exceeded')).toHaveLength(1);
    server.answer = undefined;
    server.forget();
    await advance(115_000);
    await app.settled();
    expect(server.recorded).toEqual([]);
    await advance(10_000);
    expect(await app.settled()).toEqual([]);
    expect(server.user('lee@sandbox.example').externalId).toBe(id);
  });

  it.each([
    ['nothing', {}],
    ['a date', { 'retry-after': 'Wed, 21 Oct 2037 07:28:00 GMT' }],
  ])(
    'scim-field 29 that says %s is asked after 5 minutes, then twice that, 10 times in all',
    async (_, headers) => {
      const app = await pushingApp(client, server, 'NETWORK', { speed: 1 });
      server.answer = (_, response) => scimError(response, 429, 'slow down', headers);
      await app.assign(await newUser(client, 'Lee'));
      await app.settled();
      server.forget();
      for (let turn = 0; turn < 9; turn++) {
        const waitMs = 5 * minute * 2 ** turn;
        await advance(waitMs - 10_000);
        await app.settled();
        expect(server.recorded).toHaveLength(turn);
        await advance(10_000);
        const [{ status, attempts }] = await app.settled();
        expect(server.recorded).toHaveLength(turn + 1);
        expect([status, attempts]).toEqual([turn === 8 ? 'FAILED' : 'WAITING', turn + 2]);
      }
      await advance(10 * 24 * 60 * minute);
      await app.settled();
      expect(server.recorded).toHaveLength(9);
      server.answer = undefined;
      expect((await retry()).body).toEqual({ retried: 1 });
      expect(await app.settled()).toEqual([]);
      expect(server.users.size).toBe(1);
    },
  );

  it('scim-field 29 that does not answer in time has its connection closed; nothing is tried again by itself', async () => {
    const app = await pushingApp(client, server, 'NETWORK');
    await client.control('PUT', '/settings', { pushTimeoutMs: 50 });
    let isClosed = false;
    server.answer = (_, response) => {
      response.once('close', () => {
        isClosed = true;
      });
      return true;
    };
    await app.assign(await newUser(client, 'Lee'));
    const [task] = await app.settled();
    expect(task.status).toBe('FAILED');
    expect(task.message).toMatch(/: Read timed out$/);
    await expect.poll(() => isClosed).toBe(true);
  });

  it('scim-field 29 or broken is an error task at once, that an admin retries', async () => {
    const app = await pushingApp(client, server, 'WIZARD');
    server.answer = ({ method }, response) =>
      method === 'POST' ? scimError(response, 503, 'The disk is full') : undefined;
    const id = await newUser(client, 'Lee');
    await app.assign(id);
    const [task, ...more] = await app.settled();
    expect(more).toEqual([]);
    expect(task.message).toBe(
      'Automatic provisioning of user Test Lee to app Pushed WIZARD failed: Error while creating user ' +
        'lee@sandbox.example: Service Unavailable. Errors reported by remote server: The disk is full',
    );
    expect((await failures('application.provision.user.push'))[0].outcome.reason).toBe(task.message);
    const assigned = () => client.get(`/api/v1/apps/${app.id}/users/${id}`);
    expect((await assigned()).body).toMatchObject({ syncState: 'ERROR', externalId: null });
    await advance(24 * 60 * minute);
    await app.settled();
    expect(server.bodies('POST', /Users/)).toHaveLength(1);
    server.answer = undefined;
    expect((await retry({ ids: ['nothing'] })).body).toEqual({ retried: 0 });
    await retry({ ids: [task.id] });
    expect(await app.settled()).toEqual([]);
    expect((await assigned()).body).toMatchObject({ syncState: 'SYNCHRONIZED' });
  });
});

describe('an answer that Okta does not take', () => {
  it.each([
    ['error code: 502', /Invalid JSON: Unrecognized token 'error': .*line: 1, column: 6\]$/],
    ['<html>', /Invalid JSON: Unexpected character \('<' \(code 60\)\): .*line: 1, column: 2\]$/],
    ['', /: Bad Gateway$/],
    ['{"status":"broken"}', /Bad Gateway\. Errors reported by remote server: \{"status":"broken"\}$/],
  ])('scim-field 16 an error of %j', async (text, message) => {
    const app = await pushingApp(client, server, 'WIZARD');
    server.answer = (_, response) => {
      response.writeHead(502).end(text);
      return true;
    };
    await app.mapGroup(await newGroup(client, 'Staff'), 'Staff');
    const [task] = await app.settled();
    expect(task.message).toMatch(message);
    expect(task.message).toMatch(/: Bad Gateway/);
    expect(await failures('application.provision.group.add')).toHaveLength(1);
  });

  it('scim-field 12 numbers as text: nothing is created, and the log has no reason', async () => {
    const app = await pushingApp(client, server, 'WIZARD');
    const list = { totalResults: 0, startIndex: '1', itemsPerPage: 0, Resources: [] };
    server.answer = (_, response) => json(response, 200, list);
    server.forget();
    await app.assign(await newUser(client, 'Lee'));
    expect(await app.settled()).toHaveLength(1);
    expect(server.recorded).toHaveLength(1);
    const [event] = await failures('application.provision.user.sync');
    expect(event.outcome).toEqual({ result: 'FAILURE', reason: null });
  });

  it('a 404 to the question is a no, a conflict is told in the words of the server', async () => {
    const app = await pushingApp(client, server, 'WIZARD');
    server.answer = ({ method }, response) =>
      method === 'GET' ? scimError(response, 404, 'User not found') : scimError(response, 409, 'Taken');
    await app.assign(await newUser(client, 'Lee'));
    const [task] = await app.settled();
    expect(task.message).toMatch(/Conflict\. Errors reported by remote server: Taken$/);
  });

  it.each([
    ['POST', 'Create new user returned empty user.'],
    ['PUT', 'No user returned for user 4b1c7c0e'],
  ])('an empty body for %s', async (wanted, message) => {
    const app = await pushingApp(client, server, 'WIZARD');
    const id = await newUser(client, 'Lee');
    if (wanted === 'PUT')
      server.users.set('4b1c7c0e', { id: '4b1c7c0e', userName: 'lee@sandbox.example', active: true });
    server.answer = ({ method }, response) => {
      if (method !== wanted) return undefined;
      response.writeHead(200).end();
      return true;
    };
    await app.assign(id);
    const [task] = await app.settled();
    expect(task.message.endsWith(`: ${message}`)).toBe(true);
  });

  it.each(['auth0|5f7c', 'a/b'])('scim-field 28 an id like %s: nothing more is sent', async (id) => {
    const app = await pushingApp(client, server, 'WIZARD');
    server.users.set(id, { id, userName: 'lee@sandbox.example', active: true });
    server.forget();
    await app.assign(await newUser(client, 'Lee'));
    const [task] = await app.settled();
    expect(task.message).toContain(`The id ${id} cannot be part of a path`);
    expect(server.recorded).toHaveLength(1);
  });

  it('a filter that finds several links nobody', async () => {
    const app = await pushingApp(client, server, 'WIZARD');
    for (const id of ['a', 'b']) server.users.set(id, { id, userName: 'lee@sandbox.example' });
    await app.assign(await newUser(client, 'Lee'));
    const [task] = await app.settled();
    expect(task.message).toMatch(/2 Users have the userName lee@sandbox\.example$/);
  });

  it('is gone with what was pushed after a reset', async () => {
    const app = await pushingApp(client, server, 'WIZARD');
    server.answer = (_, response) => scimError(response, 500, 'no');
    await app.assign(await newUser(client, 'Lee'));
    expect(await app.settled()).toHaveLength(1);
    await client.control('POST', '/reset');
    expect(await tasks()).toEqual([]);
  });
});

describe('a server that dies', () => {
  it('before or after it did what it was asked: nobody is created twice, everybody is once all is retried', async () => {
    const app = await pushingApp(client, server, 'WIZARD');
    let turn = 0;
    server.answer = (_, response) => {
      turn += 1;
      if (turn % 5 === 0) {
        response.socket?.destroy();
        return true;
      }
      // It does its work, the answer is lost.
      if (turn % 7 === 0) response.end = () => response.socket?.destroy() as never;
      return undefined;
    };
    const ids = [];
    for (let n = 0; n < 40; n++) ids.push(await newUser(client, `Many${n}`));
    const group = await newGroup(client, 'Many', ids);
    await client.call('PUT', `/api/v1/apps/${app.id}/groups/${group}`, {});
    let left = await app.settled();
    expect(left.length).toBeGreaterThan(5);
    expect(new Set(left.map(({ message }) => message.split(': ').at(-1)))).toEqual(
      new Set(['Connection reset']),
    );
    for (let tries = 0; left.length > 0 && tries < 20; tries++) {
      await retry();
      left = await app.settled();
    }
    expect(left).toEqual([]);
    expect([...server.users.values()].map(({ externalId }) => externalId).sort()).toEqual(ids.sort());
  });

  it('and is started again before the next push has closed kept connections, which is no failure', async () => {
    const app = await pushingApp(client, server, 'NETWORK');
    const id = await newUser(client, 'Lee');
    await app.assign(id);
    await app.settled();
    server.restart();
    await app.unassign(id);
    expect(await app.settled()).toEqual([]);
    expect(server.user('lee@sandbox.example').active).toBe(false);
  });

  it('and does not listen any more is told in a word', async () => {
    const app = await pushingApp(client, server, 'WIZARD');
    const gone = await import('node:net').then(({ createServer }) => createServer());
    await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
    const { port } = gone.address() as { port: number };
    await new Promise((resolve) => gone.close(resolve));
    const baseUrl = `http://127.0.0.1:${port}/scim/v2`;
    const saved = await app.console('PUT', '', { baseUrl, authorization: { bearer: 'x' } });
    expect(saved.body.error).toBe('Error authenticating: Connection refused');
  });

  it('in the middle of pushes does not outlive the sandbox', async () => {
    const sandbox = await startSandbox();
    const org = clientOf(sandbox);
    server.answer = () => undefined;
    const app = await pushingApp(org, server, 'WIZARD', { speed: 1 });
    server.answer = () => true;
    await app.assign(await newUser(org, 'Lee'));
    await expect.poll(() => server.recorded.length).toBeGreaterThan(1);
    const begun = Date.now();
    await sandbox.close();
    expect(Date.now() - begun).toBeLessThan(2000);
  });
});

it('an answer may be compressed', async () => {
  const app = await pushingApp(client, server, 'WIZARD');
  server.answer = (_, response) => {
    const list = { totalResults: 0, startIndex: 1, itemsPerPage: 0, Resources: [] };
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(JSON.stringify(list)));
    return true;
  };
  expect((await app.console('POST', '/test')).body).toEqual({ ok: true });
  server.answer = (_, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end('not compressed');
    return true;
  };
  expect((await app.console('POST', '/test')).body.error).toMatch(/incorrect header check/);
});
