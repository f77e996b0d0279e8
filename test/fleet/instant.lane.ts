import { createServer, request as send } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { control } from '../e2e/command.ts';
import { freePort } from '../support/free-port.ts';
import { apply, client, fleet, happen, sandbox, streamed, worker } from './in-lane.ts';

const ask = control(() => sandbox);
const TYPE = 'user.session.start';
/** Polled so rarely that what comes within seconds has come by the hook. */
const instant = {
  trigger: 'new_event',
  input: { eventTypes: [TYPE] },
  every: '10m',
  sink: 'bus',
  instant: true,
};

const closing: (() => void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) close();
  await ask('faults', undefined, 'DELETE');
  await ask('settings', { hookDropRate: 0, hookDuplicateRate: 0, hookShuffle: false, hookLateMs: 0 }, 'PUT');
  for (const { id } of await hooks())
    await okta(`eventHooks/${id}/lifecycle/deactivate`, 'POST').then(() =>
      okta(`eventHooks/${id}`, 'DELETE'),
    );
});

const okta = (path: string, method = 'GET') =>
  fetch(`${sandbox.orgUrl}/api/v1/${path}`, {
    method,
    headers: { Authorization: `SSWS ${sandbox.apiToken}` },
  });

interface Hook {
  id: string;
  status: string;
  verificationStatus: string;
  channel: { config: { uri: string } };
}

async function hooks(): Promise<Hook[]> {
  return (await (await okta('eventHooks')).json()) as Hook[];
}

/** Requests of the org to its log since the last call. */
async function looks(): Promise<number> {
  const answer = await ask('requests?path=/api/v1/logs', undefined, 'GET');
  return ((await answer.json()) as { requests: unknown[] }).requests.length;
}

/** One URL before several receivers, each asked in its turn; one that does not answer is left out. */
async function balancer(ports: number[]): Promise<string> {
  let turn = 0;
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk) => chunks.push(chunk));
    incoming.on('end', () => {
      const attempt = (tries: number) => {
        const port = ports[turn++ % ports.length];
        const { method, url: path, headers } = incoming;
        const passed = send({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(outgoing);
        });
        passed.on('error', () => (tries > 1 ? attempt(tries - 1) : outgoing.writeHead(502).end()));
        passed.end(Buffer.concat(chunks));
      };
      attempt(ports.length);
    });
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${port}/okta`;
}

/** Two workers behind one URL. */
async function listening() {
  const ports = [await freePort(), await freePort()];
  const url = await balancer(ports);
  const again = (at: number) => worker(['--listen', `127.0.0.1:${ports[at]}`, '--public-url', url]);
  return { url, again, workers: [again(0), again(1)] };
}

const registered = () =>
  expect
    .poll(async () => (await hooks()).map(({ verificationStatus }) => verificationStatus))
    .toEqual(['VERIFIED']);
const uuids = async () => (await streamed()).map(({ uuid }) => uuid);

describe('an instant trigger of a fleet', () => {
  it('is registered once, delivers what any receiver takes, and polls as rarely as it is told', async () => {
    const { url } = await listening();
    await Promise.all([
      apply({ triggers: { all: instant } }),
      apply({ triggers: { all: instant } }).catch(() => {}),
    ]);
    await registered();
    expect((await hooks())[0]).toMatchObject({
      status: 'ACTIVE',
      channel: { config: { uri: `${url}/acme/all` } },
    });
    const before = await looks();
    const all: string[] = [];
    for (let n = 0; n < 5; n++) {
      const some = await happen(20);
      all.push(...some);
      await expect.poll(async () => (await uuids()).sort()).toEqual([...all].sort());
    }
    expect(await looks()).toBe(before);
    const { json } = await fleet('status', '--json');
    expect(json.each).toMatchObject([{ id: 'acme/all', items: 100, hook: { isRegistered: true } }]);
    // The log brings the same events again, which are known.
    await client.hset('okta-fleet:t:acme/all', 'due', Date.now());
    const [last] = await happen(1);
    await expect.poll(uuids).toContain(last);
    await expect.poll(looks).toBeGreaterThan(before);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await uuids()).sort()).toEqual([...all, last].sort());
  });

  it('delivers each event once while hooks drop, repeat and shuffle, and workers are killed', async () => {
    const [hook, every] = [
      { hookDropRate: 0.2, hookDuplicateRate: 0.3, hookShuffle: true, hookLateMs: 50 },
      '2s',
    ];
    await apply({ triggers: { all: { ...instant, every } } });
    const { workers, again } = await listening();
    await registered();
    await ask('settings', hook, 'PUT');
    const all: string[] = [];
    for (let n = 0; n < 12; n++) {
      all.push(...(await happen(25)));
      if (n % 4 === 3) {
        const at = Math.floor(n / 4) % 2;
        workers[at]?.child.kill('SIGKILL');
        workers[at] = again(at);
      }
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    await expect.poll(async () => new Set(await uuids()).size).toBe(all.length);
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    expect((await uuids()).sort()).toEqual(all.sort());
  });

  it('takes only what has its secret, and hooks of triggers that are instant', async () => {
    const { url } = await listening();
    await apply({ triggers: { all: instant, other: { ...instant, every: '2s' } } });
    await expect.poll(async () => (await hooks()).length).toBe(2);
    const body = JSON.stringify({ data: { events: [{ uuid: 'forged', eventType: TYPE }] } });
    for (const path of ['acme/all', 'acme/nobody', 'acme', 'nobody/all']) {
      const answer = await fetch(`${url}/${path}`, {
        method: 'POST',
        headers: { Authorization: 'guessed' },
        body,
      });
      expect(answer.status).toBe(401);
    }
    // One is only polled from now on, the other leaves.
    await apply({ triggers: { all: { ...instant, instant: false, every: '1s' } } }, '--prune');
    await expect.poll(hooks).toEqual([]);
    await expect.poll(() => client.keys('okta-fleet:*other*')).toEqual([]);
    expect(await streamed()).toEqual([]);
  });

  it('leaves also when Okta no longer takes its token, and says which hook stays', async () => {
    const { workers } = await listening();
    await apply({ triggers: { all: instant } });
    await registered();
    await ask('faults', { path: '/api/v1/eventHooks/', times: 10, fault: { kind: 'status', status: 401 } });
    expect((await fleet('remove', 'acme')).json).toEqual({ removed: ['acme/all'] });
    await expect
      .poll(() => workers.map(({ output }) => output.stderr).join())
      .toContain('Its event hook stays in Okta');
    await expect.poll(() => client.keys('okta-fleet:t:*')).toEqual([]);
  });
});
