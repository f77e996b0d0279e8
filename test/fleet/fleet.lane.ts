import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.ts';
import { control, errorOf } from '../e2e/command.ts';
import { freePort } from '../support/free-port.ts';
import {
  acme,
  apply,
  begun,
  client,
  fleet,
  folder,
  happen,
  redis,
  SECRET,
  sandbox,
  streamed,
  worker,
} from './in-lane.ts';

describe('a fleet', () => {
  it('is polled by a worker, whose stop ends nothing in the middle', async () => {
    expect(await apply({})).toMatchObject({ connections: 1, triggers: 1, added: 1 });
    const { child, done } = worker();
    await begun();
    const uuids = await happen(3);
    await expect.poll(async () => (await streamed()).map(({ uuid }) => uuid)).toEqual(uuids);
    expect(await streamed()).toMatchObject(
      uuids.map((uuid) => ({ id: `acme/all/${uuid}`, connection: 'acme', trigger: 'all' })),
    );
    child.kill('SIGTERM');
    const { code, stderr } = await done;
    expect(code).toBe(0);
    expect(stderr).not.toContain(sandbox.apiToken);
    for (const line of stderr.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('level');
    expect(await client.zcard('okta-fleet:poll:delayed')).toBe(1);
  });

  it('delivers to a webhook, signed, and waits while that is down', async () => {
    const port = await freePort();
    const got: { id: string; data: { id: string } }[] = [];
    let answer = 503;
    const receiver = createServer(async (request, response) => {
      const body = Buffer.concat(await Array.fromAsync(request)).toString();
      const { headers } = request;
      const sent = new Webhook(SECRET).verify(body, headers as Record<string, string>) as object;
      if (answer === 200)
        got.push({ ...(sent as { data: { id: string } }), id: String(headers['webhook-id']) });
      response.writeHead(answer).end();
    }).listen(port, '127.0.0.1');
    try {
      const crm = { type: 'webhook', url: `http://127.0.0.1:${port}/okta`, secret: { env: 'CRM_SECRET' } };
      const every = '1s';
      await apply({
        sinks: { crm },
        triggers: {
          hooked: { trigger: 'new_event', every, sink: 'crm' },
          all: { trigger: 'new_event', every, sink: 'bus' },
        },
      });
      worker();
      await Promise.all([begun(), begun('acme/hooked')]);
      const uuids = await happen(2);
      // The other sink has its items although this one is down.
      await expect.poll(async () => (await streamed()).length).toBe(2);
      await expect
        .poll(async () => (await fleet('status', '--json')).json.each)
        .toMatchObject([
          { id: 'acme/all', state: 'active' },
          { id: 'acme/hooked', state: 'failing' },
        ]);
      answer = 200;
      await expect.poll(() => got.map(({ data }) => data.id)).toEqual(uuids);
      expect(got.map(({ id }) => id)).toEqual(uuids.map((uuid) => `acme/hooked/${uuid}`));
    } finally {
      receiver.close();
    }
  });

  it('sets aside what a webhook refuses again and again, and goes on behind it', async () => {
    const got: string[] = [];
    let refused: string | undefined;
    const tried: string[] = [];
    const receiver = createServer(async (request, response) => {
      const body = Buffer.concat(await Array.fromAsync(request)).toString();
      const { data } = JSON.parse(body) as { data: { id: string } };
      // The second event, whenever it comes.
      if (got.length === 1) refused ??= data.id;
      const isRefused = data.id === refused;
      (isRefused ? tried : got).push(data.id);
      response.writeHead(isRefused ? 422 : 200).end();
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const { port } = receiver.address() as AddressInfo;
    try {
      const crm = { type: 'webhook', url: `http://127.0.0.1:${port}/okta`, secret: { env: 'CRM_SECRET' } };
      await apply({
        sinks: { crm },
        triggers: { hooked: { trigger: 'new_event', every: '1s', sink: 'crm' } },
      });
      const { output } = worker();
      await begun('acme/hooked');
      const key = 'okta-fleet:t:acme/hooked';
      const uuids = await happen(3);
      await expect.poll(() => client.hget(key, 'refused')).toMatch(/^[12] /);
      expect(got).toEqual([uuids[0]]);
      // As if it had been tried for two minutes.
      await client.hset(key, 'refused', `7 acme/hooked/${refused}`);
      await expect.poll(() => got).toEqual([uuids[0], uuids[2]]);
      expect(output.stderr).toContain('Set aside after 8 tries: the receiver answered 422');
      const [entry] = await client.xrange('okta-fleet:dead', '-', '+');
      const fields = entry?.[1] ?? [];
      const of = (name: string) => String(fields[fields.indexOf(name) + 1]);
      expect(JSON.parse(of('data'))).toMatchObject({ id: refused, eventType: 'user.session.start' });
      expect(of('id')).toBe(`acme/hooked/${refused}`);
      const { json } = await fleet('status', '--json');
      expect(json.each).toMatchObject([{ state: 'active', setAside: 1, items: 2 }]);
      // It is behind, and not tried again.
      const count = tried.length;
      const [next] = await happen(1);
      await expect.poll(() => got).toContain(next);
      expect(tried).toHaveLength(count);
    } finally {
      receiver.close();
    }
  });

  it('parks a connection after the first refusal, until its secret is another one', async () => {
    const [bad, good] = [{ file: join(folder, 'bad') }, { file: join(folder, 'good') }];
    writeFileSync(bad.file, 'revoked');
    writeFileSync(good.file, sandbox.apiToken);
    const triggers = { all: { trigger: 'new_event', every: '1s', sink: 'bus' } };
    await apply({ connections: { acme: acme(triggers, bad) } });
    const { output } = worker();
    await expect.poll(() => output.stderr).toContain('Parked');
    const { json } = await fleet('status', '--json');
    expect(json).toMatchObject({ parked: 1, active: 0 });
    expect(json.each).toMatchObject([
      {
        state: 'parked',
        problem: { code: 'authentication_failed', message: expect.stringContaining('401') },
      },
    ]);
    await expect.poll(() => client.zcard('okta-fleet:poll:delayed')).toBe(0);
    expect(await apply({ connections: { acme: acme(triggers, good) } })).toMatchObject({ resumed: 1 });
    await begun();
  });

  it('goes on with all triggers of a connection whose secret was replaced', async () => {
    const token = { file: join(folder, 'replaced') };
    let org = await startSandbox();
    writeFileSync(token.file, org.apiToken);
    const all = { trigger: 'new_event', every: '1s', sink: 'bus' };
    // Their polls are apart by more than one takes, so that each finds out by itself.
    const triggers = { a: all, b: all, c: all };
    await apply({ connections: { acme: { ...acme(triggers, token), orgUrl: org.orgUrl } } });
    const { output } = worker();
    await Promise.all(Object.keys(triggers).map((name) => begun(`acme/${name}`)));
    await org.close();
    org = await startSandbox({ port: Number(new URL(org.orgUrl).port) });
    try {
      writeFileSync(token.file, org.apiToken);
      const answer = await control(() => org)('events', [{ eventType: 'user.session.start' }]);
      const { uuids } = (await answer.json()) as { uuids: string[] };
      await expect
        .poll(async () =>
          (await streamed())
            .filter(({ uuid }) => uuids.includes(uuid))
            .map(({ trigger }) => trigger)
            .sort(),
        )
        .toEqual(['a', 'b', 'c']);
      expect(output.stderr).toContain('The secret is another one by now');
      expect(output.stderr).not.toContain('Parked');
    } finally {
      await org.close();
    }
  });

  it('pauses, resumes where it was, and removes', async () => {
    await apply({});
    worker();
    await begun();
    expect((await fleet('pause', 'acme')).json).toEqual({ paused: ['acme/all'] });
    const uuids = await happen(1);
    expect((await fleet('status', '--json')).json).toMatchObject({ paused: 1, queue: { delayed: 0 } });
    expect(await streamed()).toEqual([]);
    expect((await fleet('resume', 'acme/all')).json).toEqual({ resumed: ['acme/all'] });
    await expect.poll(async () => (await streamed()).map(({ uuid }) => uuid)).toEqual(uuids);
    expect((await fleet('remove', 'acme')).json).toEqual({ removed: ['acme/all'] });
    expect((await fleet('status', '--json')).json).toMatchObject({ connections: 0, triggers: 0 });
    expect(errorOf(await fleet('pause', 'acme'))).toMatchObject({ code: 'not_found' });
  });

  it('tells Prometheus and load balancers how it fares', async () => {
    await apply({});
    const port = await freePort();
    worker(['--metrics-port', `${port}`]);
    await begun();
    const read = async (path: string) => {
      const answer = await fetch(`http://127.0.0.1:${port}/${path}`);
      return { status: answer.status, text: await answer.text() };
    };
    await expect
      .poll(async () => (await read('metrics')).text)
      .toMatch(/^okta_fleet_polls_total\{outcome="ok"\} [1-9]/m);
    const { text } = await read('metrics');
    expect(text).toContain('okta_fleet_triggers{state="active"} 1');
    expect(text).toMatch(/^okta_fleet_lag_seconds_count [1-9]/m);
    expect(text).toMatch(/^okta_fleet_requests_total\{status="200"\} [1-9]/m);
    expect(text).toMatch(/^okta_fleet_budget_used_ratio_count [1-9]/m);
    expect(text).toContain('okta_fleet_redis_up 1');
    expect(await read('healthz')).toEqual({ status: 200, text: '{"ok":true}' });
    await redis.kill();
    expect(await read('healthz')).toEqual({ status: 503, text: '{"ok":false}' });
    const away = await read('metrics');
    expect(away.text).toContain('okta_fleet_redis_up 0');
    expect(away.text).toMatch(/^okta_fleet_polls_total/m);
    expect(away.text).not.toMatch(/^okta_fleet_(connections|workers|triggers|jobs)[ {]/m);
    await redis.start();
    await expect.poll(async () => (await read('healthz')).status).toBe(200);
  });

  it('adds jobs again that Redis has lost', async () => {
    await apply({});
    await client.del('okta-fleet:poll:delayed', 'okta-fleet:poll:acme/all');
    const { output } = worker();
    await begun();
    expect(output.stderr).toContain('1 of 1 triggers had no job and were added again');
  });

  it('refuses half of an address before it asks Redis', async () => {
    const nowhere = ['--redis', 'redis://127.0.0.1:1'];
    for (const half of [
      ['--listen', '127.0.0.1:0'],
      ['--public-url', 'https://hooks.acme.test'],
    ]) {
      const ended = await fleet('worker', ...nowhere, ...half);
      expect([ended.code, errorOf(ended).message]).toEqual([2, '--listen and --public-url belong together']);
    }
  });

  it('refuses a Redis that may delete its keys', async () => {
    await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
    try {
      await expect(apply({})).rejects.toThrow('maxmemory-policy allkeys-lru');
      await apply({}, '--allow-unsafe-redis');
    } finally {
      await client.config('SET', 'maxmemory-policy', 'noeviction');
    }
  });

  it('is refused as a whole when something in it is wrong', async () => {
    const file = join(folder, 'wrong.yaml');
    writeFileSync(
      file,
      `version: 1
sinks: { bus: { type: redis-stream, key: events } }
connections:
  acme:
    orgUrl: https://acme.okta.com
    auth: { type: api_token, token: 00abc }
    triggers: { all: { trigger: user_craeted, every: 60s, sink: buss } }
`,
    );
    const ended = await fleet('apply', file);
    expect(ended.code).toBe(1);
    expect(errorOf(ended).causes).toEqual([
      expect.stringContaining('must be a reference'),
      'connections.acme.triggers.all.trigger: There is no trigger user_craeted. Did you mean user_created?',
      'connections.acme.triggers.all.sink: there is no sink "buss"',
    ]);
    expect(ended.stderr).not.toContain('00abc');
    expect(await client.keys('*')).toEqual([]);
  });
});
