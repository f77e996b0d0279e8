import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../../src/client.ts';
import { triggerOf } from '../../../src/connector.ts';
import { nodeTypes } from '../../../src/hosts/node-red/node-types.ts';
import type { Message, NodeRed, RuntimeNode } from '../../../src/hosts/node-red/red.ts';
import { registerTrigger, type TriggerNode } from '../../../src/hosts/node-red/trigger-nodes.ts';
import { connect } from '../../../src/index.ts';
import { manifest } from '../../../src/manifest/manifest.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';
import { sqliteScimStore } from '../../../src/scim/store/sqlite.ts';
import { clientOf, type Client as Org } from '../../sandbox/support.ts';
import { happeningFor, isHooked } from '../../support/happening.ts';
import { isInShare } from '../../support/share.ts';
import { until } from '../../triggers/support.ts';

const types = nodeTypes(manifest()).filter(({ kind }) => ['polling', 'schedule', 'webhook'].includes(kind));
const keys = types.flatMap(({ type, operations }) => operations.map(({ key }) => [type, key] as const));

/** A node as Node-RED makes one, with a context of its own. */
class TestNode extends EventEmitter {
  readonly id: string;
  readonly type: string;
  readonly sent: Message[] = [];
  readonly texts: string[] = [];
  readonly errors: string[] = [];
  readonly #kept = new Map<string, unknown>();
  constructor(type: string, key: string) {
    super();
    this.type = type;
    this.id = `${type}-${key}`;
  }
  context = () => ({
    get: (key: string, _: unknown, done: (error: null, value: unknown) => void) =>
      done(null, this.#kept.get(key)),
    set: (key: string, value: unknown, _: unknown, done: (error: null) => void) => {
      this.#kept.set(key, structuredClone(value));
      done(null);
    },
  });
  status = ({ text = '' }) => void this.texts.push(text);
  send = (message: Message) => void this.sent.push(message);
  error = ({ message }: Error) => void this.errors.push(message);
  warn = (text: string) => void this.errors.push(text);
  log = () => {};
  debug = () => {};
  stop = () => new Promise<void>((done) => void this.emit('close', true, done));
}

type Trigger = ReturnType<typeof manifest>['triggers'][number];

let sandbox: Sandbox;
let org: Org;
let client: Client;
let server: Server;
const folder = mkdtempSync(join(tmpdir(), 'triggers-red-'));
/** What triggers on what Okta provisioned read. */
const directory = join(folder, 'people.db');
const makers = new Map<string, (this: RuntimeNode, settings: object) => void>();
const nodes: TestNode[] = [];

beforeAll(async () => {
  await (await sqliteScimStore(directory)).close();
  sandbox = await startSandbox();
  org = clientOf(sandbox);
  await org.control('PUT', '/limits', { '/api/v1/logs': 100_000, '/api/v1': 100_000 });
  client = connect({ orgUrl: sandbox.orgUrl, auth: { type: 'api_token', token: sandbox.apiToken } });
  type Route = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;
  let receive: Route = () => {};
  server = createServer((request, response) => {
    const id = request.url?.split('/').pop();
    receive(Object.assign(request, { params: { id } }), response, () => response.writeHead(404).end());
  });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  const RED = {
    nodes: {
      createNode: () => {},
      registerType: (name: string, make: never) => void makers.set(name, make),
      getNode: () => ({ client: () => client }),
      eachNode: () => {},
    },
    ...{ events: new EventEmitter(), log: { warn: () => {} }, settings: { userDir: folder }, server },
    httpNode: {
      all: (_: string, route: Route) => {
        receive = route;
      },
    },
  } as unknown as NodeRed;
  for (const type of types) registerTrigger(RED, type);
});
afterAll(async () => {
  await Promise.all(nodes.map((node) => node.stop()));
  client?.close();
  server?.close();
  await sandbox?.close();
  rmSync(folder, { recursive: true, force: true });
});

const start = (type: string, operation: string): TestNode => {
  const node = new TestNode(type, operation);
  const publicUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { input, local } = manifest().triggers.find(({ key }) => key === operation) as Trigger;
  const { properties, required = [] } = input as { properties: object; required?: string[] };
  // An instant trigger of every event does not exist: Okta wants to know which.
  const given: Record<string, unknown> = {
    ...('eventTypes' in properties &&
      triggerOf(operation).source.hook && { eventTypes: [happeningFor(operation).eventType] }),
    ...Object.fromEntries(required.flatMap((name) => (local.includes(name) ? [[name, directory]] : []))),
  };
  const fields = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, { type: 'json', value: JSON.stringify(value) }]),
  );
  makers.get(type)?.call(node as unknown as RuntimeNode, {
    ...{ connection: 'c', operation, fields, publicUrl, interval: '1', cron: '0 7 * * *', store: '' },
  });
  nodes.push(node);
  return node;
};

describe('L6 Node-RED: every trigger of the manifest', () => {
  it('is one of a node, and the other way round', () => {
    const { triggers } = manifest();
    const offered = new Set(keys.map(([, key]) => key));
    expect([...offered].sort()).toEqual(triggers.map(({ key }) => key).sort());
  });

  it.each(keys)('shows samples by the button of its node: %s %s', async (type, key) => {
    const node = start(type, key);
    await (node as unknown as TriggerNode).sendSamples();
    for (const { payload, topic, sample } of node.sent.filter((one) => one.sample)) {
      expect({ topic, sample }).toEqual({ topic: key, sample: true });
      expect(triggerOf(key).output.safeParse(payload).error).toBeUndefined();
    }
    await node.stop();
    expect(node.errors).toEqual([]);
  });

  /** Starts them, lets happen what they are for, and looks at what they send. */
  async function expectLive(some: readonly (readonly [string, string])[]): Promise<void> {
    const live = some.map(([type, key]) => ({ key, node: start(type, key) }));
    const isReady = ({ texts }: TestNode) => texts.some((text) => /watching|listening/.test(text));
    await until(() => live.every(({ node }) => isReady(node)), 30_000).catch(() => {});
    expect(live.flatMap(({ node }) => (isReady(node) ? [] : [[node.id, node.errors, node.texts]]))).toEqual(
      [],
    );
    // "Now" is told by Okta's clock, in whole seconds; the first run of each finds it out.
    await sleep(2_500);
    const happened = live.map(({ key }) => happeningFor(key));
    const { uuids } = (await org.control('POST', '/events', happened)).body as { uuids: string[] };
    const mine = (one: (typeof live)[number]) =>
      one.node.sent.filter((message) => JSON.stringify(message).includes(uuids[live.indexOf(one)] as string));
    await until(() => live.every((one) => mine(one).length > 0), 60_000).catch(() => {});
    for (const one of live) {
      expect(mine(one), `${one.node.id} ${one.node.errors}`).toHaveLength(1);
      expect(triggerOf(one.key).output.safeParse(mine(one)[0]?.payload).error, one.node.id).toBeUndefined();
    }
    await Promise.all(live.map(({ node }) => node.stop()));
  }

  it('starts the flow for what happens, by polling', async () => {
    const polled = keys.filter(([type, key]) => type === 'okta-polling' && isHooked(key));
    expect(polled.length).toBeGreaterThanOrEqual(50);
    await expectLive(polled);
  }, 120_000);

  it('starts the flow for what happens, by calls of Okta', async () => {
    const called = keys.filter(
      ([type, key]) => type === 'okta-webhook' && isHooked(key) && isInShare(key, 4),
    );
    // Okta has a limit of hooks.
    for (let at = 0; at < called.length; at += 8) await expectLive(called.slice(at, at + 8));
    // A node has six seconds to stop; what is left to do then goes on.
    await expect
      .poll(async () => (await org.get('/api/v1/eventHooks')).body, { timeout: 20_000 })
      .toEqual([]);
  }, 120_000);
});
