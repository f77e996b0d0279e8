import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { freePort } from '../support/free-port.ts';
import { recordsOf } from '../support/state-file.ts';
import { start, until } from './command.ts';

const MANY = 1_000;
/** Items that may be in flight: `listen` writes each without waiting for anything. */
const IN_FLIGHT = 1_000;
/** Okta waits this long for an answer. @see https://developer.okta.com/docs/concepts/event-hooks/#timeout-and-retry */
const PATIENCE_MS = 3_000;
const TYPE = 'user.lifecycle.create';

const folder = mkdtempSync(join(tmpdir(), 'okta-connector-load-'));
let sandbox: Sandbox;
let port: number;
let state: string;
let count = 0;
const running: ReturnType<typeof start>[] = [];

beforeAll(async () => {
  sandbox = await startSandbox();
});
beforeEach(async () => {
  port = await freePort();
  state = join(folder, `${++count}.json`);
});
afterEach(() => {
  for (const { child } of running.splice(0)) child.kill('SIGKILL');
});
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

async function listen() {
  const env = { OKTA_CLIENT_ORGURL: sandbox.orgUrl, OKTA_CLIENT_TOKEN: sandbox.apiToken };
  const url = `http://127.0.0.1:${port}/hook`;
  const started = start(
    [
      ...['listen', 'new_event_instant', '--state', state, '--port', String(port), '--public-url', url],
      ...['--input', JSON.stringify({ eventTypes: [TYPE] }), '--keep-hook'],
    ],
    env,
  );
  running.push(started);
  await until(() => /Okta verified/.exec(started.output.stderr) ?? undefined, 20_000);
  const secret = recordsOf(state)[0]?.value.secret as string;
  return { ...started, secret };
}

/** About as long as the events of a real org: two and a half kilobytes. */
const body = (uuid: string) =>
  JSON.stringify({
    eventType: 'com.okta.event_hook',
    data: {
      events: [
        {
          ...{ uuid, eventType: TYPE, published: new Date().toISOString(), severity: 'INFO', version: '0' },
          actor: { id: '00u1', type: 'User', alternateId: 'admin@acme.test', displayName: 'An Admin' },
          outcome: { result: 'SUCCESS', reason: null },
          target: [{ id: '00u2', type: 'User', alternateId: 'new@acme.test', displayName: 'Somebody New' }],
          debugContext: { debugData: { requestUri: '/api/v1/users', text: 'x'.repeat(1_800) } },
        },
      ],
    },
  });

interface Answer {
  uuid: string;
  status: number;
  ms: number;
}

/** All at once, each on a connection of its own. */
function sendAll(uuids: readonly string[], secret: string): Promise<Answer[]> {
  const agent = new Agent({ maxSockets: Number.POSITIVE_INFINITY });
  const bodies = uuids.map((uuid) => ({ uuid, text: body(uuid) }));
  const began = performance.now();
  const sent = bodies.map(
    ({ uuid, text }) =>
      new Promise<Answer>((resolve) => {
        const end = (status: number) => resolve({ uuid, status, ms: performance.now() - began });
        const headers = { Authorization: secret, 'Content-Type': 'application/json' };
        request({ port, host: '127.0.0.1', path: '/hook', method: 'POST', headers, agent }, (response) => {
          response.resume().on('end', () => end(response.statusCode ?? 0));
        })
          .on('error', () => end(0))
          .end(text);
      }),
  );
  return Promise.all(sent).finally(() => agent.destroy());
}

const idsIn = (stdout: string) =>
  stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line).id as string);

describe(`F1.6 ${MANY} deliveries at once`, () => {
  it('are all acknowledged while Okta waits, and delivered once each', { timeout: 60_000 }, async () => {
    const { secret, output, child, done } = await listen();
    const uuids = Array.from({ length: MANY }, () => randomUUID());
    const began = performance.now();
    const answers = await sendAll(uuids, secret);
    const times = answers.map(({ ms }) => ms).sort((a, b) => a - b);
    await until(() => (idsIn(output.stdout).length >= MANY ? true : undefined), 30_000);
    const delivered = performance.now() - began;
    const at = (share: number) => `${Math.round(times[Math.ceil(share * MANY) - 1] ?? 0)} ms`;
    console.log(
      `${MANY} deliveries at once: half acknowledged in ${at(0.5)}, all in ${at(1)}, all delivered in ${Math.round(delivered)} ms`,
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(times.at(-1)).toBeLessThan(PATIENCE_MS);
    child.kill('SIGTERM');
    expect((await done).code, output.stderr).toBe(0);
    expect(idsIn(output.stdout).sort()).toEqual([...uuids].sort());
  });

  it('lose nothing that was acknowledged when the process is killed among them', {
    timeout: 60_000,
  }, async () => {
    const first = await listen();
    const uuids = Array.from({ length: 2 * IN_FLIGHT }, () => randomUUID());
    const sent = sendAll(uuids, first.secret);
    await until(() => (idsIn(first.output.stdout).length >= MANY / 4 ? true : undefined), 20_000);
    first.child.kill('SIGKILL');
    const answers = await sent;
    await first.done;
    const acknowledged = answers.filter(({ status }) => status === 200).map(({ uuid }) => uuid);
    const before = idsIn(first.output.stdout);
    const second = await listen();
    await until(() => {
      const all = new Set([...before, ...idsIn(second.output.stdout)]);
      return acknowledged.every((uuid) => all.has(uuid)) || undefined;
    }, 20_000);
    second.child.kill('SIGTERM');
    await second.done;
    const repeated = idsIn(second.output.stdout).filter((id) => before.includes(id));
    console.log(`killed: ${acknowledged.length} acknowledged, ${repeated.length} delivered again`);
    expect(repeated.length).toBeLessThanOrEqual(IN_FLIGHT);
    expect(acknowledged.length).toBeGreaterThan(before.length);
  });
});
