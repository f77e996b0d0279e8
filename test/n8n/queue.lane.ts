// The package in n8n's queue mode, with two workers: part of npm run test:n8n, where there is a Redis.
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CREDENTIALS } from '../../src/hosts/n8n/names.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { missingRedis, Redis } from '../fleet/farm/redis.ts';
import { clientOf, type Client as Org } from '../sandbox/support.ts';
import { postgres } from '../state-servers/servers.ts';
import { folder as built, environments, install, npm } from './install.ts';
import { Rest } from './rest.ts';
import { N8n, until } from './server.ts';
import { type Credential, called, okta, sending } from './workflows.ts';

const version = process.env.N8N_VERSION === '2' ? '2' : '1';

describe.skipIf(missingRedis && !process.env.REQUIRE_SERVERS)(`n8n ${version} in queue mode`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'n8n-queue-'));
  const received: string[] = [];
  const sink = createServer(async (request, response) => {
    const text = Buffer.concat(await Array.fromAsync(request)).toString();
    received.push(JSON.parse(text).id);
    response.setHeader('Content-Type', 'application/json').end('{}');
  });
  let sandbox: Sandbox;
  let org: Org;
  let redis: Redis;
  let database: Awaited<ReturnType<typeof postgres.start>>;
  let main: N8n;
  let workers: N8n[];
  let rest: Rest;
  let token: Credential;

  beforeAll(async () => {
    const installed = install(version);
    npm(['pack', built, '--pack-destination', folder], folder);
    const nodes = join(folder, '.n8n/nodes');
    mkdirSync(nodes, { recursive: true });
    mkdirSync(join(folder, 'redis'));
    const packed = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
    npm(['install', '--omit=peer', '--prefix', nodes, ...packed.map((name) => join(folder, name))], folder);
    [sandbox, redis, database] = await Promise.all([
      startSandbox(),
      Redis.start(join(folder, 'redis')),
      postgres.start(),
    ]);
    org = clientOf(sandbox);
    await org.control('PUT', '/limits', { '/api/v1/logs': 10_000, '/api/v1/users': 10_000 });
    sink.listen(0, '127.0.0.1');
    await once(sink, 'listening');
    const { hostname, port } = new URL(redis.url);
    const options = {
      ...{ installed, userFolder: folder, database: database.url },
      env: {
        ...environments[version],
        ...{ EXECUTIONS_MODE: 'queue', QUEUE_BULL_REDIS_HOST: hostname, QUEUE_BULL_REDIS_PORT: port },
      },
    };
    main = await N8n.create(options);
    workers = [
      await N8n.create({ ...options, isWorker: true }),
      await N8n.create({ ...options, isWorker: true }),
    ];
    // The main process makes the tables.
    await main.start();
    await Promise.all(workers.map((worker) => worker.start()));
    rest = new Rest(main.url);
    await rest.setUp();
    token = await rest.createCredential(CREDENTIALS.token, {
      orgUrl: sandbox.orgUrl,
      token: sandbox.apiToken,
    });
  });
  afterAll(async () => {
    await Promise.all([main, ...(workers ?? [])].map((one) => one?.stop('SIGKILL')));
    sink.close();
    await Promise.all([redis?.stop(), database?.stop(), sandbox?.close()]);
    rmSync(folder, { recursive: true, force: true });
  });

  /** What the workers say of the executions that they began. */
  const begun = () => workers.flatMap(({ log }) => log.match(/started execution/gi) ?? []).length;

  it('polls in the main process, and each event is one execution of a worker', {
    timeout: 180_000,
  }, async () => {
    const parameters = {
      ...{ authentication: 'token', event: 'new_event' },
      additionalFields: { eventTypes: ['user.session.start'] },
      pollTimes: { item: [{ mode: 'everyMinute' }] },
    };
    const { port } = sink.address() as AddressInfo;
    const trigger = okta('oktaConnectorTrigger', parameters, token);
    const { nodes, connections } = sending(trigger, `http://127.0.0.1:${port}/`);
    const workflow = await rest.createWorkflow('polls', nodes, connections);
    await org.control('DELETE', '/requests');
    await rest.activate(workflow);
    await until(async () => (await org.control('GET', '/requests')).body.requests.length > 0);
    const before = begun();
    const { body } = await org.control('POST', '/events', Array(3).fill({ eventType: 'user.session.start' }));
    await until(() => received.length >= 3, 75_000);
    await rest.deactivate(workflow);
    expect(received.toSorted()).toEqual(body.uuids.toSorted());
    expect(begun()).toBeGreaterThan(before);
    expect(main.log).not.toMatch(/worker started execution/i);
  });

  it('workers run actions, with the credential of the workflow', async () => {
    const [user] = (await org.get('/api/v1/users?limit=1')).body;
    const parameters = {
      ...{ authentication: 'token', resource: 'user', operation: 'get_user' },
      userId: { __rl: true, mode: 'id', value: user.id },
    };
    const { nodes, connections } = called('queue', okta('oktaConnector', parameters, token));
    await rest.activate(await rest.createWorkflow('acts', nodes, connections));
    const before = begun();
    const response = await until(async () => {
      const answer = await fetch(`${main.url}/webhook/queue`);
      return answer.ok ? answer : undefined;
    });
    expect(await response.json()).toMatchObject([{ id: user.id }]);
    expect(begun()).toBeGreaterThan(before);
  });
});
