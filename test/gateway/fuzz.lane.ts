// 10,000 requests to a real server in front of the sandbox: npm run test:gateway. FUZZ_SEED and FUZZ_REQUESTS choose others.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { Agent, request } from 'undici';
import { afterAll, expect, it } from 'vitest';
import { serveHttp } from '../../src/cli/http-server.ts';
import { connect } from '../../src/connect.ts';
import { ERROR_ANSWER } from '../../src/hosts/gateway/describe/answers.ts';
import { gatewayKeys } from '../../src/hosts/gateway/keys.ts';
import { openGateway } from '../../src/hosts/gateway/open.ts';
import { openGatewayState } from '../../src/hosts/gateway/state.ts';
import { systemClock } from '../../src/http/clock.ts';
import { startSandbox } from '../../src/sandbox/index.ts';
import { publishedAnswers } from '../hosts/gateway/published.ts';
import { type FuzzRequest, fuzzRequests } from './requests.ts';

const seed = Number(process.env.FUZZ_SEED ?? 18);
const count = Number(process.env.FUZZ_REQUESTS ?? 10_000);
const folder = mkdtempSync(join(tmpdir(), 'okta-fuzz-'));
const check = publishedAnswers();
const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
const isError = ajv.compile(ERROR_ANSWER);
/** At once; what waits for Okta costs no time then. */
const AT_ONCE = 48;

/** Every route, as a path with placeholders. */
const ROUTES: readonly string[] = [
  ...[
    'POST /v1/actions/*',
    'GET /v1/options/*',
    'GET /v1/fields/*',
    'GET /v1/schema/*',
    'GET /v1/subscriptions',
  ],
  ...['pull', 'sample', 'subscribe'].map((use) => `POST /v1/triggers/*/${use}`),
  ...[
    'GET /v1/triggers/*/poll',
    'POST /v1/subscriptions',
    'GET /v1/subscriptions/*',
    'DELETE /v1/subscriptions/*',
  ],
  ...['POST /v1/subscriptions/*/resume', 'GET /health', 'GET /ready', 'GET /metrics'],
  ...['GET /openapi.json', 'GET /swagger.json'],
];
const isClosed = (error: Error) =>
  ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes((error as NodeJS.ErrnoException).code ?? '');
const routeOf = (method: string, path: string) =>
  `${method} ${path.split('?')[0]}`.replace(/(?<=\/v1\/\w+\/)[^/]+/, '*');

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it(`L4 ${count} requests: none is answered 500, and every answer is as documented`, async () => {
  const sandbox = await startSandbox();
  await fetch(`${sandbox.orgUrl}/__sandbox__/limits`, {
    method: 'PUT',
    body: JSON.stringify({ '/api/v1': 1e7, '/api/v1/logs': 1e7, '/api/v1/users': 1e7 }),
  });
  const client = connect(
    { orgUrl: sandbox.orgUrl, auth: { type: 'api_token', token: sandbox.apiToken } },
    { deadlineMs: 2_000, maxRetries: 0, maxWaitMs: 500 },
  );
  const file = join(folder, 'gateway.db');
  const logged: string[] = [];
  const gateway = await openGateway({
    client,
    state: file,
    log: (entry) => logged.push(JSON.stringify(entry)),
    notice: (message) => logged.push(message),
  });
  const state = await openGatewayState(file, 'beside');
  const { key } = gatewayKeys(state, systemClock).add('fuzz', {
    readOnly: false,
    allowDestructive: false,
    perMinute: 1e9,
  });
  state.close();
  const server = await serveHttp(gateway.fetch, { port: 0, host: '127.0.0.1' });
  const agent = new Agent({ connections: AT_ONCE });
  const wrong: string[] = [];
  const statuses: Record<string, number> = {};
  const reached = new Set<string>();
  const subscriptions = await Promise.all(
    Array.from({ length: 40 }, async () => {
      const made = await request(`${server.url}/v1/subscriptions`, {
        ...{ method: 'POST', headers: { 'x-api-key': key, 'content-type': 'application/json' } },
        body: JSON.stringify({ trigger: 'user_created', url: 'https://receiver.invalid/' }),
      });
      return ((await made.body.json()) as { id: string }).id;
    }),
  );
  const requests = fc.sample(fuzzRequests(key, subscriptions), { seed, numRuns: count });
  const send = async ({ method, path, headers, body }: FuzzRequest) => {
    const from = {
      dispatcher: agent,
      method: method as 'GET',
      headers,
      ...(body === undefined ? {} : { body }),
    };
    const ask = () => request(server.url + path, from as never).catch((error: Error) => error);
    let answer = await ask();
    // The server closes a connection once it has refused a body that is too large, also while the next request is on its way.
    for (let more = 3; more > 0 && answer instanceof Error && isClosed(answer); more -= 1)
      answer = await ask();
    if (answer instanceof Error) return (body?.length ?? 0) >= 1e6 ? '' : `no answer (${answer.message})`;
    const text = await answer.body.text();
    const status = answer.statusCode;
    statuses[status] = (statuses[status] ?? 0) + 1;
    if (status === 500 || status > 504) return `status ${status}`;
    if (text.includes(sandbox.apiToken) || text.includes(key)) return 'a secret in the answer';
    if (status < 400) reached.add(routeOf(method, path));
    if ([204, 304].includes(status) || method === 'HEAD')
      return text === '' ? '' : 'a body where there is none';
    if (path.startsWith('/metrics') && status === 200) return '';
    if (!/^application\/json/.test(String(answer.headers['content-type'])))
      return `${status} is ${answer.headers['content-type']}`;
    const value = JSON.parse(text) as unknown;
    if (status < 400)
      return check(method, path, status, value) ? `${status}: ${check(method, path, status, value)}` : '';
    return isError(value) || path.startsWith('/ready') ? '' : `${status}: ${ajv.errorsText(isError.errors)}`;
  };
  let next = 0;
  const began = performance.now();
  const used = process.cpuUsage();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let one = requests[next++]; one; one = requests[next++]) {
        const problem = await send(one).catch((error: Error) => error.message);
        if (problem !== '')
          wrong.push(`${problem}: ${one.method} ${one.path.slice(0, 200)} ${String(one.body).slice(0, 200)}`);
      }
    }),
  );
  const seconds = (performance.now() - began) / 1_000;
  const cpu = process.cpuUsage(used);
  const own = (cpu.user + cpu.system) / 1e6;
  console.log(
    `${count} requests in ${seconds.toFixed(1)} s (${own.toFixed(1)} s of one processor), seed ${seed}: ${JSON.stringify(statuses)}`,
  );
  const health = await request(`${server.url}/health`);
  expect(health.statusCode).toBe(200);
  await agent.close();
  await server.stop();
  await gateway.close();
  client.close();
  await sandbox.close();
  const log = logged.join('\n');
  expect(logged.filter((line) => line.startsWith('A request failed')).slice(0, 5)).toEqual([]);
  expect(log.includes(key) || log.includes(sandbox.apiToken)).toBe(false);
  expect(wrong.slice(0, 20)).toEqual([]);
  // What only ever fails is not tried.
  if (count >= 5_000) expect(ROUTES.filter((route) => !reached.has(route))).toEqual([]);
});
