import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Fleet, type FleetFileInput, openFleet, type RunningWorker } from '../../src/fleet/index.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { control, start, until } from '../e2e/command.ts';
import { freePort } from '../support/free-port.ts';
import { Redis } from './farm/redis.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const folder = mkdtempSync(join(tmpdir(), 'okta-connector-traces-'));
const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
let redis: Redis;
let sandbox: Sandbox;
let fleet: Fleet;
let worker: RunningWorker | undefined;

beforeAll(async () => {
  [redis, sandbox] = await Promise.all([Redis.start(folder), startSandbox()]);
  Object.assign(process.env, { TRACED_TOKEN: sandbox.apiToken, TRACED_SECRET: SECRET });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(provider);
});
afterAll(async () => {
  trace.disable();
  context.disable();
  await Promise.all([redis?.kill(), sandbox?.close()]);
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await redis.ask('FLUSHALL');
  exporter.reset();
  fleet = await openFleet({ redis: redis.url });
});
afterEach(async () => {
  await worker?.stop();
  await fleet.close();
  worker = undefined;
});

const declared = (orgUrl: string, sink: FleetFileInput['sinks']): FleetFileInput => ({
  version: 1,
  sinks: sink,
  connections: {
    acme: {
      orgUrl,
      auth: { type: 'api_token', token: { env: 'TRACED_TOKEN' } },
      triggers: { all: { trigger: 'new_event', every: '1s', sink: 'to' } },
    },
  },
});

/** The first span like this one, once it has ended. */
const span = (is: (span: ReadableSpan) => boolean): Promise<ReadableSpan> =>
  until(() => exporter.getFinishedSpans().find(is), 30_000);
const named = (name: string) => span((one) => one.name === name);
const poll = (outcome: string) =>
  span(({ name, attributes }) => name === 'poll' && attributes['okta.fleet.outcome'] === outcome);

const events = () => control(() => sandbox)('events', [{ eventType: 'user.session.start' }]);

/** Everything that spans say, as it would leave the process. */
const told = () =>
  exporter
    .getFinishedSpans()
    .map(({ name, attributes, events, status }) => JSON.stringify({ name, attributes, events, status }))
    .join('\n');

describe('the traces of a worker', () => {
  it('have a span for each poll, with its requests and its delivery inside', async () => {
    await fleet.apply(declared(sandbox.orgUrl, { to: { type: 'redis-stream', key: 'events' } }));
    worker = await fleet.work();
    await poll('ok');
    await events();
    const sent = await named('send to');
    const parent = await span((one) => one.spanContext().spanId === sent.parentSpanContext?.spanId);
    expect(sent).toMatchObject({
      kind: SpanKind.PRODUCER,
      attributes: {
        ...{ 'messaging.system': 'redis-stream', 'messaging.destination.name': 'to' },
        ...{ 'messaging.operation.type': 'send', 'messaging.batch.message_count': 1 },
      },
    });
    expect(parent).toMatchObject({
      ...{ name: 'poll', kind: SpanKind.INTERNAL, status: { code: SpanStatusCode.UNSET } },
      attributes: {
        ...{ 'okta.fleet.connection': 'acme', 'okta.fleet.trigger': 'all' },
        ...{ 'okta.fleet.outcome': 'ok', 'okta.fleet.items': 1 },
      },
    });
    const { port } = new URL(sandbox.orgUrl);
    const request = await span(
      ({ kind, parentSpanContext }) =>
        kind === SpanKind.CLIENT && parentSpanContext?.spanId === parent.spanContext().spanId,
    );
    expect(request).toMatchObject({
      name: 'GET /api/v1/logs',
      attributes: {
        ...{ 'http.request.method': 'GET', 'url.template': '/api/v1/logs', 'http.response.status_code': 200 },
        ...{ 'server.address': '127.0.0.1', 'server.port': Number(port) },
      },
    });
    expect(request.attributes['okta.request_id']).toEqual(expect.any(String));
    expect(told()).not.toContain(sandbox.apiToken);
  });

  it('tell of a sink that is down, and of nothing secret', async () => {
    const url = `http://127.0.0.1:${await freePort()}/hook?key=of-the-receiver`;
    const secret = { env: 'TRACED_SECRET' };
    await fleet.apply(declared(sandbox.orgUrl, { to: { type: 'webhook', url, secret } }));
    worker = await fleet.work();
    await poll('ok');
    await events();
    const error = { 'error.type': 'target_unavailable' };
    expect(await named('send to')).toMatchObject({
      ...{ status: { code: SpanStatusCode.ERROR }, attributes: { 'messaging.system': 'webhook', ...error } },
    });
    expect(await poll('retry')).toMatchObject({ status: { code: SpanStatusCode.ERROR }, attributes: error });
    for (const text of [sandbox.apiToken, SECRET, 'of-the-receiver']) expect(told()).not.toContain(text);
  });

  it('tell of a connection that Okta refuses', async () => {
    await control(() => sandbox)('faults', {
      ...{ path: '/api/v1/logs', times: 2, fault: { kind: 'status', status: 403 } },
    });
    await fleet.apply(declared(sandbox.orgUrl, { to: { type: 'redis-stream', key: 'events' } }));
    worker = await fleet.work();
    expect(await poll('parked')).toMatchObject({ status: { code: SpanStatusCode.ERROR } });
    const refused = { 'http.response.status_code': 403, 'error.type': '403' };
    expect(await named('GET /api/v1/logs')).toMatchObject({
      ...{ status: { code: SpanStatusCode.ERROR }, attributes: refused },
    });
  });

  it('are not needed: a worker polls without @opentelemetry/api', async () => {
    await fleet.apply(declared(sandbox.orgUrl, { to: { type: 'redis-stream', key: 'events' } }));
    const missing = `import { registerHooks } from 'node:module';
registerHooks({
  resolve(specifier, about, next) {
    if (specifier !== '@opentelemetry/api') return next(specifier, about);
    process._rawDebug('not found');
    throw Object.assign(new Error('not found'), { code: 'ERR_MODULE_NOT_FOUND' });
  },
});`;
    const hook = `--import=data:text/javascript,${encodeURIComponent(missing)}`;
    const env = { OKTA_FLEET_REDIS: redis.url, TRACED_TOKEN: sandbox.apiToken, NODE_OPTIONS: hook };
    const { child, output, done } = start(['fleet', 'worker'], env);
    try {
      await until(() => (output.stderr.includes('not found') ? true : undefined), 30_000);
      await expect.poll(async () => (await fleet.status()).each[0]?.lastPoll).toBeDefined();
    } finally {
      child.kill('SIGTERM');
    }
    expect((await done).code).toBe(0);
  });
});
