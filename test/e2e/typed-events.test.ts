import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { version as zapierVersion } from 'zapier-platform-core';
import { connect } from '../../src/connect.ts';
import { okta as piece } from '../../src/hosts/activepieces/index.ts';
import { gatewayKeys } from '../../src/hosts/gateway/keys.ts';
import { type Gateway, openGateway } from '../../src/hosts/gateway/open.ts';
import { openGatewayState } from '../../src/hosts/gateway/state.ts';
import { triggerSchemas } from '../../src/hosts/n8n/schemas.ts';
import { helpOf } from '../../src/hosts/node-red/help.ts';
import registerNodeRed from '../../src/hosts/node-red/index.ts';
import { nodeTypes } from '../../src/hosts/node-red/node-types.ts';
import { windmillFiles } from '../../src/hosts/windmill/files.ts';
import { pullTrigger } from '../../src/hosts/windmill/index.ts';
import { type ZapierApp, zapierApp } from '../../src/hosts/zapier/app.ts';
import { keysAuthentication } from '../../src/hosts/zapier/keys-authentication.ts';
import { systemClock } from '../../src/http/clock.ts';
import { manifest } from '../../src/manifest/manifest.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { NodeRed } from '../compatibility/node-red.ts';
import { tokenAuth } from '../hosts/activepieces/scenarios.ts';
import { called, connectionOf, inProcess } from '../hosts/mcp/support.ts';
import { zapierWith } from '../hosts/zapier/core.ts';
import { clientOf, newProfile, type Client as Org } from '../sandbox/support.ts';

// biome-ignore lint/suspicious/noExplicitAny: events have many shapes
type Item = any;
interface Carried {
  eventType: string;
  /** A value that only such events carry. */
  path: string;
  value: unknown;
}

/** What was done in the org, by the trigger that tells it. */
const CASES: Record<string, Carried> = {
  user_created: { eventType: 'user.lifecycle.create', path: 'userLogin', value: 'typed@sandbox.example' },
  user_profile_updated: {
    eventType: 'user.account.update_profile',
    path: 'event.debugContext.debugData.changedAttributes',
    value: 'title',
  },
  admin_role_granted: {
    eventType: 'user.account.privilege.grant',
    path: 'event.debugContext.debugData.privilegeGranted',
    value: expect.stringContaining('Read'),
  },
  policy_changed: {
    eventType: 'policy.lifecycle.update',
    path: 'event.target[].changeDetails.to.policyName',
    value: 'Later name',
  },
};
const LOGIN = 'typed@sandbox.example';

let sandbox: Sandbox;
let org: Org;
let gateway: Gateway & { ask(path: string, body?: object): Promise<Item> };
let zapier: ZapierApp;
let zaps: ReturnType<typeof zapierWith>;
let mcp: Awaited<ReturnType<typeof inProcess>>;
let windmill: Record<string, string>;
const folder = mkdtempSync(join(tmpdir(), 'typed-events-'));
const since = new Date(Date.now() - 60_000).toISOString();
const closing: (() => unknown)[] = [];

beforeAll(async () => {
  sandbox = await startSandbox({});
  org = clientOf(sandbox);
  await org.control('PUT', '/limits', { '/api/v1/logs': 10_000, '/api/v1': 10_000 });
  const { body: user } = await org.post('/api/v1/users', { profile: newProfile('typed') });
  await org.post(`/api/v1/users/${user.id}`, { profile: { title: 'Head of typing' } });
  await org.post(`/api/v1/users/${user.id}/roles`, { type: 'READ_ONLY_ADMIN' });
  const policy = { type: 'ACCESS_POLICY', name: 'First name', status: 'ACTIVE' };
  const { body: made } = await org.post('/api/v1/policies', policy);
  await org.put(`/api/v1/policies/${made.id}`, { ...policy, name: 'Later name' });

  const client = connect(connectionOf(sandbox));
  const file = join(folder, 'gateway.db');
  const opened = await openGateway({ client, state: file });
  const state = await openGatewayState(file, 'beside');
  const { key } = gatewayKeys(state, systemClock).add('typed', {
    ...{ readOnly: false, allowDestructive: false, perMinute: 1_000 },
  });
  state.close();
  gateway = Object.assign(opened, {
    async ask(path: string, body?: object) {
      const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' };
      const sent = body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers };
      return (await opened.fetch(new Request(`http://gateway.test${path}`, sent))).json();
    },
  });
  zapier = zapierApp(manifest(), keysAuthentication, zapierVersion);
  zaps = zapierWith(zapier, { orgUrl: sandbox.orgUrl, method: 'api_token', token: sandbox.apiToken });
  mcp = await inProcess(connectionOf(sandbox), {});
  windmill = windmillFiles(manifest());
  closing.push(
    () => mcp.close(),
    () => gateway.close(),
    () => client.close(),
    () => sandbox.close(),
    () => rmSync(folder, { recursive: true, force: true }),
  );
});
afterAll(async () => {
  for (const close of closing) await close();
});

/** The values at a dotted path; `[]` stands for each entry of a list. */
function valuesAt(item: Item, path: string): unknown[] {
  let found = [item];
  for (const part of path.split('.')) {
    found = found.map((one) => one?.[part.replace('[]', '')]);
    if (part.endsWith('[]')) found = found.flat();
  }
  return found.filter((one) => one !== undefined && one !== null);
}

interface Host {
  /** Whether what the host shows of a trigger, before it ran, has a value at this path. */
  shows(key: string, carried: Carried): unknown;
  /** What the host's own trigger gives. */
  items?(key: string, input: object): Promise<Item[]>;
}

const triggerOf = (key: string) => manifest().triggers.find((one) => one.key === key) ?? expect.fail(key);

const HOSTS: Record<string, Host> = {
  n8n: {
    // It runs in nodes.test.ts.
    shows(key, { path }) {
      const schema = JSON.parse(triggerSchemas('Node', [triggerOf(key)])[schemaPath(key)] ?? '{}');
      return memberAt(schema, path);
    },
  },

  Activepieces: {
    shows(key, { path }) {
      const { sampleData } = piece.getTrigger(key) as unknown as { sampleData: Item };
      // The sample of a trigger about several types is of the first.
      return path.includes('changeDetails') || valuesAt(sampleData, path).length > 0;
    },
    items: (key, propsValue) =>
      piece.getTrigger(key)!.test({ ...{ auth: tokenAuth(sandbox), propsValue }, store: {} } as never),
  },

  Windmill: {
    shows: (key, { path }) =>
      windmill[`f/okta/${key}.ts`]?.includes(`${path.split('.').at(-1)}?: string | null`),
    items(key, input) {
      const okta = { orgUrl: sandbox.orgUrl, token: sandbox.apiToken };
      const state = { getState: async () => undefined, setState: async () => {} };
      return pullTrigger<Item>(okta, key, { ...input, since }, state);
    },
  },

  Zapier: {
    shows(key, { path }) {
      const fields = zapier.triggers[key]?.operation.outputFields ?? [];
      // Line items are shown as they are.
      const [shown = ''] = path.split('[]');
      return fields.some((one) => 'key' in one && one.key.startsWith(shown.replaceAll('.', '__')));
    },
    items: (key, input) => zaps.run(`triggers.${key}.operation.perform`, input, { isLoadingSample: true }),
  },

  'Node-RED': {
    shows(key, { path }) {
      const type = nodeTypes(manifest()).find(
        ({ kind, operations }) => kind === 'polling' && operations.some((one) => one.key === key),
      );
      const [, of = ''] = helpOf(type!).split(`<h4>${triggerOf(key).title}</h4>`);
      return path === 'userLogin' || of.split('<h4>')[0]?.includes(`<code>payload.${path}</code>`);
    },
    async items(key, input) {
      const { orgUrl, apiToken } = sandbox;
      const RED = new NodeRed(registerNodeRed, folder, { connection: { secret_token: apiToken } });
      const auth = { type: 'api_token' };
      const connection = RED.deploy({ id: 'connection', type: 'okta-connection', name: '', orgUrl, auth });
      const fields = Object.fromEntries(
        Object.entries(input).map(([name, value]) => [name, { type: 'str', value }]),
      );
      const node = RED.deploy({
        ...{ id: key, type: 'okta-polling', name: '', connection: 'connection', operation: key, fields },
        ...{ interval: 60, unit: 's' },
      });
      const sent: { payload: Item }[] = [];
      node.send = (message: { payload: Item }) => sent.push(message);
      await node.sendSamples();
      for (const one of [node, connection])
        await new Promise<void>((done) => void one.emit('close', false, done));
      return sent.map(({ payload }) => payload);
    },
  },

  gateway: {
    async shows(key, { eventType, path }) {
      const { fields } = await gateway.ask(`/v1/event-types/${eventType}`);
      return key === 'user_created' || fields.some((one: { path: string }) => one.path === path);
    },
    items: async (key, input) => (await gateway.ask(`/v1/triggers/${key}/sample`, { input })).items,
  },

  MCP: {
    async shows(key, { eventType, path }) {
      const uri = `okta://event_types/${eventType}`;
      const [content] = (await mcp.client.readResource({ uri })).contents as { text: string }[];
      const { fields } = JSON.parse(content?.text ?? '').result;
      return key === 'user_created' || fields.some((one: { path: string }) => one.path === path);
    },
    items: async (trigger, input) =>
      (await called(mcp.client, 'recent_events', { trigger, input, fields: '*' })).answer.items,
  },
};

const schemaPath = (key: string) => `nodes/Node/__schema__/v1.0.0/${key}.json`;
/** The schema of a value, as n8n's editor finds it. */
const memberAt = (schema: Item, path: string): Item =>
  path
    .split('.')
    .reduce(
      (at, part) =>
        part.endsWith('[]') ? at?.properties?.[part.slice(0, -2)]?.items : at?.properties?.[part],
      schema,
    );

const running = Object.entries(HOSTS).flatMap(([name, { items }]) => (items ? [[name, items] as const] : []));

describe('M typed: what events carry, in every host', () => {
  describe.each(Object.entries(HOSTS))('%s', (_, host) => {
    it.each(Object.entries(CASES))('shows what %s brings, before it ran', async (key, carried) => {
      expect(await host.shows(key, carried)).toBeTruthy();
    });
  });

  describe.each(running)('%s', (_, items) => {
    it.each(Object.entries(CASES))('%s brings it', async (key, { path, value }) => {
      const all = (await items(key, {})).flatMap((item) => valuesAt(item, path));
      expect(all).toContainEqual(value);
    });

    it('M redact: hides people by choice, and keeps their ids', async () => {
      const open = await items('user_profile_updated', {});
      expect(JSON.stringify(open)).toContain(LOGIN);
      const [item, ...others] = await items('user_profile_updated', { redact: 'personal' });
      expect(others.length).toBe(open.length - 1);
      expect(JSON.stringify([item, ...others])).not.toContain(LOGIN);
      expect(item).toMatchObject({ userId: open[0]?.userId, userLogin: '[redacted]' });
    });
  });
});
