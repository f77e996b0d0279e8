import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sharedClient } from '../../../src/hosts/node-red/connection-node.ts';
import { nodeTypes } from '../../../src/hosts/node-red/node-types.ts';
import type { Message, NodeRed, RuntimeNode } from '../../../src/hosts/node-red/red.ts';
import { registerServer } from '../../../src/hosts/node-red/server-node.ts';
import { manifest } from '../../../src/manifest/manifest.ts';
import { sqliteScimStore } from '../../../src/scim/store/sqlite.ts';
import type { Json } from '../../scim/support.ts';

const TOKEN = 'token-of-the-test-server';
const type = nodeTypes(manifest()).find(({ kind }) => kind === 'server');

let folder: string;
let server: Server;
let port: number;
let RED: NodeRed;
let construct: (this: RuntimeNode, settings: object) => void;
const started: TestNode[] = [];

/** A node as Node-RED makes one; what it sends goes through `flow`. */
class TestNode extends EventEmitter {
  id = 'n1';
  type = 'okta-server';
  credentials: Record<string, string> = { token: TOKEN };
  sent: [Message | null, Message | null][] = [];
  errors: Error[] = [];
  texts: string[] = [];
  flow: (node: TestNode, message: Message) => void = () => {};
  status = ({ text = '' }) => void this.texts.push(text);
  log = () => {};
  debugs: string[] = [];
  debug = (text: string) => void this.debugs.push(text);
  warnings: string[] = [];
  warn = (text: string) => void this.warnings.push(text);
  error = (error: Error) => void this.errors.push(error);
  send(messages: [Message | null, Message | null]) {
    this.sent.push(messages);
    if (messages[1]) this.flow(this, messages[1]);
  }
  events = (): Message[] => this.sent.flatMap(([event]) => (event ? [event] : []));
  /** A message into its input. @returns the error of it. */
  receive = (message: Message) =>
    new Promise<Error | undefined>((resolve) => void this.emit('input', message, () => {}, resolve));
  stop = () => new Promise<void>((resolve) => void this.emit('close', false, resolve));
}

async function start(settings: object = {}, node = new TestNode()): Promise<TestNode> {
  const state = { type: 'str', value: join(folder, 'people.db') };
  construct.call(node as unknown as RuntimeNode, {
    ...{
      operation: 'scim_event',
      fields: { scimState: state },
      path: '/scim/v2',
      publicUrl: '',
      asks: false,
      wait: '1',
    },
    ...settings,
  });
  started.push(node);
  await vi.waitFor(() => expect(node.texts.length).toBeGreaterThan(0), { timeout: 10_000 });
  return node;
}

const call = async (method: string, path: string, body?: object, token = TOKEN) => {
  const response = await fetch(`http://127.0.0.1:${port}/flows/scim/v2${path}`, {
    method,
    headers: { authorization: token, 'content-type': 'application/scim+json' },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, body: (text ? JSON.parse(text) : undefined) as Json };
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scimhosts-red-'));
  const handlers: ((request: object, response: object, next: () => void) => void)[] = [];
  RED = {
    nodes: {
      createNode: () => {},
      registerType: (_: string, make: never) => {
        construct = make;
      },
    },
    httpNode: { use: (handler: never) => void handlers.push(handler) },
    settings: { httpNodeRoot: '/flows/' },
    util: {
      evaluateNodeProperty: (
        value: string,
        _t: string,
        _n: unknown,
        _m: unknown,
        done: (e: null, v: string) => void,
      ) => done(null, value),
    },
  } as unknown as NodeRed;
  registerServer(RED, type as never);
  server = createServer((request, response) => {
    // Express cuts the root off.
    const seen = Object.assign(request, {
      originalUrl: request.url,
      url: request.url?.replace('/flows', ''),
    });
    const [first] = handlers;
    const next = () => response.writeHead(404).end('{}');
    if (first) first(seen, response, next);
    else next();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterEach(async () => {
  for (const node of started.splice(0)) await node.stop();
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

describe('the Node-RED node that is the SCIM server', () => {
  it('OIN-7 OIN-15 OIN-18 sends a message for each change, in order, below the root of Node-RED', async () => {
    const node = await start();
    expect((await call('GET', '/Users', undefined, 'wrong')).status).toBe(401);
    expect(JSON.parse(node.debugs.join())).toMatchObject({ method: 'GET', path: '/Users', status: 401 });
    const created = await call('POST', '/Users', { userName: 'ana', externalId: '00u1' });
    expect(created).toMatchObject({ status: 201, body: { active: true } });
    await call('PUT', `/Users/${created.body.id}`, { ...created.body, active: false });
    await vi.waitFor(() => expect(node.events()).toHaveLength(2));
    expect(node.events()).toMatchObject([
      { topic: 'user.provisioned', payload: { before: null, after: { userName: 'ana' } } },
      { topic: 'user.deactivated', payload: { changed: ['active'], resourceId: created.body.id } },
    ]);
    expect(created.body.meta.location).toContain(`/flows/scim/v2/Users/${created.body.id}`);
  });

  it('sends only the kinds that are chosen', async () => {
    const state = { type: 'str', value: join(folder, 'people.db') };
    const node = await start({
      fields: { scimState: state, kinds: { type: 'choice', value: 'user.deactivated' } },
    });
    const { body } = await call('POST', '/Users', { userName: 'ana' });
    await call('PATCH', `/Users/${body.id}`, { Operations: [{ op: 'replace', value: { active: false } }] });
    await vi.waitFor(() => expect(node.events().map(({ topic }) => topic)).toEqual(['user.deactivated']));
  });

  it('OIN-14 the flow refuses a create with a reason, or lets it pass', async () => {
    const node = new TestNode();
    node.flow = (self, { payload, ...message }) => {
      const { after } = payload as Json;
      const refuse = after.userName.endsWith('@acme.test') ? undefined : 'Only people of Acme get an account';
      void self.receive({ ...message, okta: { ...(message.okta as object), refuse } });
    };
    await start({ asks: true }, node);
    const refused = await call('POST', '/Users', { userName: 'eve@evil.test' });
    expect(refused).toMatchObject({
      status: 400,
      body: { detail: 'Only people of Acme get an account', status: '400' },
    });
    expect((await call('GET', '/Users')).body.totalResults).toBe(0);
    expect((await call('POST', '/Users', { userName: 'ana@acme.test' })).status).toBe(201);
    await vi.waitFor(() => expect(node.events()).toHaveLength(1));
  });

  it('OIN-14 takes a status without a reason for a refusal', async () => {
    const node = new TestNode();
    node.flow = (self, message) => {
      void self.receive({ ...message, okta: { ...(message.okta as object), refuse: '', status: 403 } });
    };
    await start({ asks: true }, node);
    const refused = await call('POST', '/Users', { userName: 'eve' });
    expect(refused).toMatchObject({ status: 403, body: { detail: 'The flow gave no reason' } });
    expect((await call('GET', '/Users')).body.totalResults).toBe(0);
  });

  it('OIN-16 waits for the flow at most as long as the form says, and stores nothing then', async () => {
    const node = await start({ asks: true, wait: '1' });
    const late = await call('POST', '/Users', { userName: 'ana' });
    expect(late.status).toBe(503);
    expect(late.body.detail).toContain('within 1 seconds');
    expect((await call('GET', '/Users')).body.totalResults).toBe(0);
    const [, question] = node.sent[0] ?? [];
    // It is too late for the answer, and nobody asked for the other one.
    await vi.waitFor(async () => expect(await node.receive(question as Message)).toBeInstanceOf(Error));
    expect(await node.receive({ okta: { ask: 'other' } })).toMatchObject({
      message: expect.stringContaining('answers no question'),
    });
    expect(node.events()).toEqual([]);
  });

  it('a restart delivers what the flow did not get, and answers nobody in between', async () => {
    const node = await start();
    await call('POST', '/Users', { userName: 'ana' });
    await vi.waitFor(() => expect(node.events()).toHaveLength(1));
    // Until it is noted down; a stop before that delivers it again, with the same id.
    await sleep(50);
    await node.stop();
    expect((await call('GET', '/Users')).status).toBe(404);
    const again = await start();
    await call('POST', '/Users', { userName: 'bo' });
    await vi.waitFor(() => expect(again.events()).toHaveLength(1));
    expect(again.events()).toMatchObject([{ payload: { after: { userName: 'bo' } } }]);
  });

  it('OIN-18 an event that the flow has not sent back comes again, with the same id, and others wait', async () => {
    const node = await start({ confirms: true });
    await call('POST', '/Users', { userName: 'ana' });
    await call('POST', '/Users', { userName: 'bo' });
    await vi.waitFor(() => expect(node.events()).toHaveLength(2), { timeout: 3_000 });
    const [first, again] = node.events() as [Json, Json];
    expect(again).toMatchObject({ payload: { id: first.payload.id, after: { userName: 'ana' } } });
    expect(again.okta).toEqual(first.okta);
    expect(node.warnings.join()).toContain('has not sent the event back within 1 seconds');
    expect(await node.receive(first)).toBeUndefined();
    await vi.waitFor(() => expect(node.events()).toHaveLength(3));
    // It counts once; what was not sent back before a stop is there after it.
    expect(await node.receive(again)).toBeInstanceOf(Error);
    await node.stop();
    const restarted = await start({ confirms: true });
    await vi.waitFor(() => expect(restarted.events()).toMatchObject([{ topic: 'user.provisioned' }]));
    expect(restarted.events()[0]).toMatchObject({ payload: { after: { userName: 'bo' } } });
  });

  it('waits for a state that another process uses', async () => {
    const file = join(folder, 'people.db');
    const other = await sqliteScimStore(file);
    const node = await start();
    expect(node.errors.map(({ message }) => message).join()).toContain('in use by another process');
    await other.close();
    await vi.waitFor(() => expect(node.texts.at(-1)).toContain('waiting'), { timeout: 5_000 });
    expect((await call('GET', '/Users')).status).toBe(200);
    expect(node.errors).toHaveLength(1);
  });

  const badge = [{ id: 'urn:acme:scim:User', attributes: [{ name: 'badge', type: 'integer' }] }];
  it.each(['json', 'file'] as const)(
    'OIN-8 has schemas of the user from %s, also beside it',
    async (schemasType) => {
      const file = join(folder, 'schemas.json');
      await writeFile(file, JSON.stringify(badge));
      await start({ schemasType, schemas: schemasType === 'file' ? file : JSON.stringify(badge) });
      const own = { 'urn:acme:scim:User': { badge: 7, other: 'left out' } };
      expect((await call('POST', '/Users', { userName: 'ana', ...own })).status).toBe(201);
      expect((await call('GET', '/Schemas/urn:acme:scim:User')).status).toBe(200);
      const client = sharedClient(RED, '', { offline: true });
      const found = await client.run('find_scim_user', { state: join(folder, 'people.db'), user: 'ana' });
      expect(found).toMatchObject({ user: { 'urn:acme:scim:User': { badge: 7 } } });
      expect(JSON.stringify(found)).not.toContain('left out');
    },
  );

  it.each([
    ['schemas that are no JSON', { schemas: '[{' }, {}, 'list of schemas is not valid JSON'],
    ['schemas that are no list', { schemas: '{}' }, {}, 'must have a list of schemas'],
    ['a schema that is none', { schemas: '[{}]' }, {}, 'custom schema schemas[0] is not one'],
    [
      'no such file',
      { schemas: '/none.json', schemasType: 'file' },
      {},
      '/none.json cannot be read (ENOENT)',
    ],
    [
      'another kind of URL',
      { fields: { scimState: { type: 'str', value: 'mysql://x' } } },
      {},
      'cannot be in mysql',
    ],
    ['no token', {}, { credentials: {} }, 'The token is missing'],
    ['no file', { fields: {} }, {}, 'file of the state is missing'],
    ['a path that is none', { path: 'scim v2' }, {}, 'base path'],
    ['a wait beyond the minute', { asks: true, wait: '90' }, {}, '1 to 50 seconds'],
  ])('says what is wrong: %s', async (_, settings, own, message) => {
    const node = await start(settings, Object.assign(new TestNode(), own));
    expect(node.errors.map((error) => error.message).join()).toContain(message);
  });

  it('OIN-7 action and trigger nodes beside it need no connection', async () => {
    await start();
    await call('POST', '/Users', { userName: 'ana' });
    const client = sharedClient(RED, '', { offline: true });
    const input = { state: join(folder, 'people.db'), user: 'ana' };
    expect(await client.run('find_scim_user', input)).toMatchObject({ found: true });
    expect(() => sharedClient(RED, '', { offline: false })).toThrow('No connection is selected');
  });

  it('says that another node is at the same path', async () => {
    await start();
    const other = { scimState: { type: 'str', value: join(folder, 'other.db') } };
    const node = await start({ fields: other });
    expect(node.errors.map(({ message }) => message).join()).toContain(
      'Another node serves at /flows/scim/v2',
    );
  });
});
