import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type {
  ICredentialType,
  IDataObject,
  INodeParameters,
  INodeProperties,
  INodePropertyCollection,
  INodeType,
  INodeTypeDescription,
} from 'n8n-workflow';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Engine } from '../hosts/n8n/engine.ts';
import { n8nInput, n8nRuntime, n8nSources } from './current.ts';
import { dataOf, Org, textOf, until, uuid } from './org.ts';

// n8n's own modules are CommonJS, and cannot be imported as they are.
vi.mock('n8n-workflow', () => createRequire(import.meta.url)('n8n-workflow'));

interface SavedNode {
  key: string;
  node: { name: string; type: string; typeVersion: number; parameters: INodeParameters; credentials: object };
  item?: IDataObject;
  input: object;
}

interface OldNode {
  class: string;
  description: INodeTypeDescription;
  methods: Record<string, string[]>;
}

const workflow: SavedNode[] = dataOf('n8n-workflow.json');
const before = dataOf('n8n-nodes.json');
const nodes: Record<string, INodeType> = {};
const credentials: Record<string, ICredentialType> = {};

/** Runs a source of the package as n8n runs what is compiled of it. */
function evaluated(source: string, runtime: object): object {
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const exports = {};
  const find = (name: string) => (name === 'n8n-workflow' ? createRequire(import.meta.url)(name) : runtime);
  new Function('exports', 'require', outputText)(exports, find);
  return exports;
}

beforeAll(async () => {
  const runtime = await n8nRuntime();
  for (const [path, source] of Object.entries(n8nSources())) {
    if (!/\.(node|credentials)\.ts$/.test(path)) continue;
    for (const Type of Object.values(evaluated(source, runtime))) {
      const made = new Type();
      if (path.endsWith('.node.ts')) nodes[made.description.name] = made;
      else credentials[made.name] = made;
    }
  }
}, 60_000);

describe('workflows that 0.1.0 saved', () => {
  it.each(workflow.map((one) => [one.node.name, one] as const))(
    'make the same input as before: %s',
    (_, { key, node, item, input }) => {
      expect(JSON.parse(JSON.stringify(n8nInput(key, node.parameters, item)))).toEqual(input);
    },
  );

  it('find their nodes, in the version that they name, and the credentials', () => {
    for (const { node } of workflow) {
      const { description } = nodes[node.type.replace('n8n-nodes-okta-connector.', '')] ?? {};
      expect([description?.version].flat(), node.name).toContain(node.typeVersion);
      const named = description?.credentials?.map(({ name }) => name);
      expect(named).toEqual(expect.arrayContaining(Object.keys(node.credentials)));
      for (const name of Object.keys(node.credentials)) expect(credentials[name], name).toBeDefined();
    }
  });
});

const shownFor = ({ displayOptions }: INodeProperties) =>
  (displayOptions?.show ?? {}) as Record<string, unknown[] | undefined>;

/** What an old form had that is not in the one of today. */
function lost(old: readonly INodeProperties[], today: readonly INodeProperties[], path: string): string[] {
  return old.flatMap((property) => {
    const at = `${path}.${property.name}`;
    // One by one: today's form may group its operations in another way.
    const { operation, event, resource } = shownFor(property);
    const keys = operation ?? event ?? [undefined];
    return keys.flatMap((key) => {
      const found = today.find((one) => {
        const show = shownFor(one);
        const isShown = (show.operation ?? show.event ?? [undefined]).includes(key);
        return (
          one.name === property.name &&
          isShown &&
          // Each resource has an "operation" of its own.
          (operation !== undefined || (resource ?? []).every((name) => show.resource?.includes(name)))
        );
      });
      return found ? changed(property, found, `${at}${key ? ` of ${key}` : ''}`) : [`${at} of ${key}`];
    });
  });
}

function changed(old: INodeProperties, today: INodeProperties, at: string): string[] {
  const differs: string[] = [];
  if (old.type !== today.type) differs.push(`${at}: type`);
  // The scopes that a new credential asks for may become more.
  const isGrowing = old.name === 'scopes';
  if (!isGrowing && JSON.stringify(old.default) !== JSON.stringify(today.default))
    differs.push(`${at}: default`);
  if (today.required && !old.required) differs.push(`${at}: required`);
  for (const option of old.options ?? []) {
    const name = 'value' in option ? option.value : option.name;
    const there = today.options?.find((one) => ('value' in one ? one.value : one.name) === name);
    if (!there) differs.push(`${at}: option ${name}`);
    else if ('values' in option)
      differs.push(...lost(option.values, (there as INodePropertyCollection).values, `${at}.${name}`));
    else if ('type' in option)
      differs.push(...changed(option as INodeProperties, there as INodeProperties, `${at}.${name}`));
  }
  for (const { name } of old.modes ?? [])
    if (!today.modes?.some((one) => one.name === name)) differs.push(`${at}: mode ${name}`);
  return differs;
}

describe('the nodes of 0.1.0', () => {
  it.each<OldNode>(before.nodes)('have all that they had: $class', ({ description: old, methods }) => {
    const { description, methods: now } = nodes[old.name] ?? {};
    expect(description, old.name).toBeDefined();
    expect(lost(old.properties, description?.properties ?? [], old.name)).toEqual([]);
    expect(description?.credentials).toMatchObject(old.credentials ?? []);
    expect(description?.webhooks ?? []).toEqual(old.webhooks ?? []);
    expect([description?.polling, description?.inputs, description?.outputs]).toEqual([
      old.polling,
      old.inputs,
      old.outputs,
    ]);
    // Their names stand in the drop-downs of what is saved.
    for (const [kind, names] of Object.entries(methods)) {
      const there = Object.keys(now?.[kind as keyof typeof now] ?? {});
      expect(there).toEqual(expect.arrayContaining(names));
    }
  });

  it.each<{ name: string; extends?: string[]; properties: INodeProperties[] }>(before.credentials)(
    'have their credentials: $name',
    ({ name, extends: bases, properties }) => {
      expect(credentials[name]?.extends).toEqual(bases);
      expect(lost(properties, credentials[name]?.properties ?? [], name)).toEqual([]);
    },
  );
});

describe('what n8n keeps of 0.1.0', () => {
  let org: Org;
  const kept = (name: string): IDataObject =>
    JSON.parse(org.moved(textOf('states/n8n-static-data.json')))[name];
  beforeAll(async () => {
    org = await Org.open();
  });
  afterAll(() => org[Symbol.asyncDispose]());

  /** n8n with what it keeps, and the credentials that were filled in for 0.1.0. */
  function engineWith(staticData: IDataObject = {}): Engine {
    const { orgUrl, apiToken, serviceApp } = org.facts;
    const engine = Engine.with(nodes, {
      oktaConnectorTokenApi: { orgUrl, token: apiToken },
      oktaConnectorPrivateKeyApi: {
        ...{ orgUrl, clientId: serviceApp.clientId, keyId: serviceApp.keyId, dpop: 'auto' },
        ...{
          scopes: 'okta.users.read okta.logs.read',
          privateKey: serviceApp.privateKey.replaceAll('\n', ' '),
        },
      },
    });
    engine.staticData = staticData;
    return engine;
  }

  it.each(['token', 'privateKey', 'signIn'])('connects with a credential: %s', async (authentication) => {
    const parameters = {
      ...{ authentication, resource: 'user', operation: 'search_users', returnAll: false, limit: 1 },
      additionalFields: {},
    };
    const engine = engineWith();
    const { orgUrl, nativeApp } = org.facts;
    const [redirectUri = ''] = nativeApp.redirectUris;
    const scopes = ['okta.users.read', 'offline_access'];
    const auth = { type: 'authorization_code' as const, clientId: nativeApp.clientId, scopes, redirectUri };
    const { accessToken } = await org.signIn(auth);
    engine.credentials.oktaConnectorOAuth2Api = {
      ...{ orgUrl, clientId: nativeApp.clientId, scopes: scopes.join(' '), grantType: 'pkce' },
      oauthTokenData: { access_token: accessToken, scope: scopes.join(' '), token_type: 'Bearer' },
    };
    const { items, error } = await engine.run(parameters);
    expect([error, items.length]).toEqual([undefined, 1]);
  });

  it('lets a polling trigger go on where it stopped', async () => {
    const additionalFields = { eventTypes: ['user.lifecycle.create'] };
    await org.append([uuid(9_001)], 'user.lifecycle.create');
    const staticData = kept('poll');
    const names = () => Object.keys(staticData['node:Okta'] as object);
    const before = names();
    const { poll } = engineWith(staticData).poller({ event: 'new_event', additionalFields });
    expect((await poll())?.map(({ json }) => json.id)).toEqual([uuid(9_001)]);
    expect(await poll()).toBeNull();
    // F2: a node has one record, whatever its credential.
    expect(names()).toEqual(before);
  });

  it('joins the next window of a search to the last one', async () => {
    const search = kept('search');
    const [text] = Object.values(search['node:Okta'] as Record<string, string>);
    const since = new Date(JSON.parse(text ?? '').value.until).toISOString();
    const additionalFields = { eventTypes: ['user.lifecycle.create'], settleSeconds: 0 };
    const { poll } = engineWith(search).poller({ event: 'search_events', additionalFields });
    expect((await poll())?.[0]?.json).toMatchObject({ since });
  });

  it('knows the hook of an instant trigger, and what that delivered', async () => {
    const staticData = kept('hook');
    const texts = Object.values(staticData['node:Okta'] as Record<string, unknown>);
    const old = JSON.parse(String(texts.find((one) => typeof one === 'string'))).value;
    const received: unknown[] = [];
    const parameters = { event: 'new_event_instant', eventTypes: ['user.lifecycle.create'] };
    let hook: ReturnType<Engine['hook']>;
    const server = createServer(async (request: IncomingMessage, raw: ServerResponse) => {
      const text = (await request.toArray()).join('');
      const response = Object.assign(raw, {
        status(code: number) {
          raw.statusCode = code;
          return raw;
        },
      });
      const sent = { headers: request.headers, body: text ? JSON.parse(text) : {} };
      const answer = await hook.receive(request.method === 'GET' ? 'setup' : 'default', sent, response);
      received.push(...(answer?.workflowData?.flat() ?? []).map(({ json }) => json.id));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook`;
      hook = engineWith(staticData).hook(parameters, url);
      // The hook as 0.1.0 left it in Okta.
      const made = await org.api('POST', '/api/v1/eventHooks', {
        name: old.name,
        events: { type: 'EVENT_TYPE', items: ['user.lifecycle.create'] },
        channel: {
          ...{ type: 'HTTP', version: '1.0.0' },
          config: { uri: hook.url, authScheme: { type: 'HEADER', key: 'Authorization', value: old.secret } },
        },
      });
      expect(made.id).toBe(old.hookId);
      await org.api('POST', `/api/v1/eventHooks/${made.id}/lifecycle/verify`);
      expect(await hook.checkExists()).toBe(true);
      // Two that 0.1.0 delivered, and one that is new.
      await org.append([uuid(4_001), uuid(4_002), uuid(9_002)], 'user.lifecycle.create');
      await until(() => received.length > 0);
      await org.control('hooks/flush', {});
      expect(received).toEqual([uuid(9_002)]);
      expect(await hook.delete()).toBe(true);
      expect(await org.api('GET', '/api/v1/eventHooks')).toEqual([]);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });
});
