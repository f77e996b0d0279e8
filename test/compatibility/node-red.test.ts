import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { nock, useNock } from '../support/nock.ts';
import { registerNodeRed } from './current.ts';
import { type FlowNode, NodeRed } from './node-red.ts';
import { dataOf, Org, START, textOf, until, uuid } from './org.ts';

const runs = dataOf('node-red-runs.json');
const flow: FlowNode[] = dataOf('node-red-flow.json');
const examples: FlowNode[] = dataOf('node-red-examples.json');
for (const [name, value] of Object.entries<string>(runs.environment)) vi.stubEnv(name, value);
afterAll(() => void vi.unstubAllEnvs());

const folder = () => mkdtempSync(join(tmpdir(), 'node-red-0.1.0-'));
const isConnection = (node: FlowNode) => node.type === 'okta-connection';

describe('flows that 0.1.0 saved', () => {
  const RED = new NodeRed(registerNodeRed, folder(), runs.credentials);
  const asked = new Map(['connection-token', 'okta-example-connection'].map((id) => [id, RED.record(id)]));
  afterEach(() => void vi.useRealTimers());

  it('find the nodes that they are made of, with the secrets that they keep', () => {
    for (const [type, secrets] of Object.entries<string[]>(runs.types)) {
      expect(RED.types.has(type), type).toBe(true);
      expect(RED.types.get(type)?.credentials).toEqual(expect.arrayContaining(secrets));
    }
  });

  it.each([
    ...flow.filter((node) => !isConnection(node)).map((node) => [node.id, node, runs.message] as const),
    ...examples
      .filter((node) => !isConnection(node))
      .map((node) => [node.id, node, runs.exampleMessage] as const),
  ])('ask for the same as before: %s', async (id, node, message) => {
    // For expressions that ask for the time.
    vi.useFakeTimers({ toFake: ['Date'], now: START });
    const now = asked.get(String(node.connection)) ?? [];
    now.length = 0;
    await RED.run(node, message);
    expect(JSON.parse(JSON.stringify(now))).toEqual(runs.asked[id]);
  });
});

describe('connections that 0.1.0 saved', () => {
  const orgUrl = 'https://acme.okta.com';
  const me = { id: '00u1', status: 'ACTIVE', profile: {} };
  const nodeOf = (id: string) => flow.find((node) => node.id === id) as FlowNode;
  useNock();

  /** Reads a user through the connection. */
  async function read(id: string, secrets: Record<string, string>, userDir = folder()) {
    const RED = new NodeRed(registerNodeRed, userDir, { [id]: secrets });
    const sent: unknown[] = [];
    RED.deploy(nodeOf(id));
    const reader = RED.deploy({ ...nodeOf('get_user-filled'), connection: id });
    reader.send = () => {};
    await new Promise<void>((resolve, reject) =>
      reader.emit(
        'input',
        {},
        (one: { payload: unknown }) => sent.push(one.payload),
        (error?: Error) => (error ? reject(error) : resolve()),
      ),
    );
    return sent;
  }

  it('work with an API token', async () => {
    const scope = nock(orgUrl, { reqheaders: { authorization: 'SSWS 00fakeToken' } })
      .get(/users/)
      .reply(200, me);
    expect(await read('connection-token', runs.credentials['connection-token'])).toMatchObject([
      { id: '00u1' },
    ]);
    scope.done();
  });

  it('work with a private key', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    let form = new URLSearchParams();
    nock(orgUrl)
      .post('/oauth2/v1/token', (body) => {
        form = new URLSearchParams(body);
        return true;
      })
      .reply(200, {
        access_token: 'fake',
        token_type: 'Bearer',
        expires_in: 3600,
        scope: 'okta.users.read okta.groups.read',
      });
    const scope = nock(orgUrl, { reqheaders: { authorization: 'Bearer fake' } })
      .get(/users/)
      .reply(200, me);
    const userDir = folder();
    await read('connection-service', { secret_privateKey: pem }, userDir);
    scope.done();
    // F2.6: kept over a deploy or a restart, where the tokens of a sign-in are.
    const again = nock(orgUrl, { reqheaders: { authorization: 'Bearer fake' } })
      .get(/users/)
      .reply(200, me);
    await read('connection-service', { secret_privateKey: pem }, userDir);
    again.done();
    const [file = ''] = readdirSync(join(userDir, '.okta-connector'));
    expect(file).toMatch(/^connection-service-[0-9a-f]{12}\.tokens\.json$/);
    expect(statSync(join(userDir, '.okta-connector', file)).mode & 0o777).toBe(0o600);
    expect(form.get('scope')).toBe('okta.users.read okta.groups.read');
    const [header = '', claims = ''] = (form.get('client_assertion') ?? '').split('.');
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toMatchObject({
      kid: 'key1',
      alg: 'RS256',
    });
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({ iss: '0oa1fakeclient' });
  });

  it('find the tokens of a sign-in where they were', async () => {
    const mark = createHash('sha256')
      .update(JSON.stringify([orgUrl, '0oa2fakeclient']))
      .digest('hex')
      .slice(0, 12);
    const userDir = folder();
    mkdirSync(join(userDir, '.okta-connector'));
    const file = join(userDir, '.okta-connector', `connection-sign-in-${mark}.tokens.json`);
    writeFileSync(file, textOf('states/tokens-bearer.json'), { mode: 0o600 });
    let form = new URLSearchParams();
    nock(orgUrl)
      .post('/oauth2/v1/token', (body) => {
        form = new URLSearchParams(body);
        return true;
      })
      .reply(200, {
        ...{ access_token: 'new', token_type: 'Bearer', expires_in: 3600, scope: 'okta.users.read' },
        refresh_token: 'fake-rotated',
      });
    const scope = nock(orgUrl, { reqheaders: { authorization: 'Bearer new' } })
      .get(/users/)
      .reply(200, me);
    await read('connection-sign-in', runs.credentials['connection-sign-in'], userDir);
    scope.done();
    expect(form.get('refresh_token')).toBe('fake-refreshToken');
    expect(form.get('client_secret')).toBe('fake client secret');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ refreshToken: 'fake-rotated' });
  });
});

describe('what nodes of 0.1.0 remember', () => {
  const polling = {
    ...{ id: 'poll', type: 'okta-polling', name: '', connection: 'connection', operation: 'new_event' },
    ...{ store: '', interval: '60' },
    fields: {
      eventTypes: { type: 'pick', value: 'user.lifecycle.create', label: 'user.lifecycle.create' },
      since: { type: 'str', value: new Date(START - 3_600_000).toISOString() },
    },
  };
  const instant = {
    ...{ id: 'instant', type: 'okta-webhook', name: '', connection: 'connection', keepHook: true },
    operation: 'new_event_instant',
    fields: { eventTypes: { type: 'pick', value: 'user.lifecycle.create', label: 'x' } },
  };
  const connect = (RED: NodeRed, org: Org) =>
    RED.deploy({
      ...{ id: 'connection', type: 'okta-connection', name: '', orgUrl: org.facts.orgUrl },
      auth: { type: 'api_token' },
    });
  const close = (node: { emit(...args: unknown[]): void }) =>
    new Promise<void>((resolve) => node.emit('close', false, resolve));

  it('lets a polling node go on, from its context', async () => {
    await using org = await Org.open();
    await org.append([uuid(9_001)], 'user.lifecycle.create');
    const RED = new NodeRed(registerNodeRed, folder(), { connection: { secret_token: org.facts.apiToken } });
    connect(RED, org);
    // Node-RED makes of the key a name without signs, port included.
    const { port } = new URL(org.facts.orgUrl);
    RED.contexts.poll = JSON.parse(
      org.moved(textOf('states/node-red-context.json')).replace('_18484"', `_${port}"`),
    );
    expect(Object.keys(RED.contexts.poll ?? {})).toEqual([`state_new_event_127_0_0_1_${port}`]);
    const delivered: unknown[] = [];
    const node = RED.deploy(polling);
    node.send = ({ payload }: { payload: { id: string } }) => delivered.push(payload.id);
    await until(() => delivered.length > 0);
    await close(node);
    expect(delivered).toEqual([uuid(9_001)]);
    // F2: a node has one record, whatever its credential.
    expect(Object.keys(RED.contexts.poll ?? {})).toEqual([`state_new_event_127_0_0_1_${port}`]);
    const [first] = await org.sent('GET', '/api/v1/logs');
    expect(first?.query).toMatch(/(^|&)after=/);
  });

  it('lets an instant node find its hook, from its file', async () => {
    await using org = await Org.open();
    const userDir = folder();
    const old = JSON.parse(
      Object.values<{ text: string }>(dataOf('states/node-red-instant.hook.json'))[0]?.text ?? '',
    ).value;
    const hook = await org.api('POST', '/api/v1/eventHooks', {
      name: old.name,
      events: { type: 'EVENT_TYPE', items: ['user.lifecycle.create'] },
      channel: {
        ...{ type: 'HTTP', version: '1.0.0' },
        config: {
          uri: 'http://127.0.0.1:9/okta-connector/instant',
          authScheme: { type: 'HEADER', key: 'Authorization', value: old.secret },
        },
      },
    });
    expect(hook.id).toBe(old.hookId);
    mkdirSync(join(userDir, '.okta-connector'));
    writeFileSync(
      join(userDir, '.okta-connector', 'instant.hook.json'),
      org.moved(textOf('states/node-red-instant.hook.json')),
    );
    const RED = new NodeRed(registerNodeRed, userDir, { connection: { secret_token: org.facts.apiToken } });
    connect(RED, org);
    const node = RED.deploy({ ...instant, publicUrl: 'http://127.0.0.1:9' });
    // Nobody listens there, so Okta's verification fails: but it is the hook of before that was asked about.
    const path = `/api/v1/eventHooks/${old.hookId}`;
    await until(async () => (await org.sent('GET', path)).length + (await org.sent('PUT', path)).length > 0);
    await close(node);
    const posts = await org.sent('POST', '/api/v1/eventHooks');
    expect(posts.filter((one) => one.path === '/api/v1/eventHooks')).toHaveLength(1);
  });
});
