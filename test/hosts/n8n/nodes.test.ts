import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  IDataObject,
  INodeParameters,
  INodeProperties,
  INodePropertyOptions,
  INodeType,
} from 'n8n-workflow';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { destructiveness } from '../../../src/actions/effect.ts';
import { isList } from '../../../src/actions/run.ts';
import { actionOf, connector, triggerOf } from '../../../src/connector.ts';
import { documentation } from '../../../src/hosts/n8n/documentation.ts';
import type { Clock } from '../../../src/http/types.ts';
import { isHookEligible } from '../../../src/resources/event-type/catalogue.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';
import { clientOf, newProfile, type Client as Org } from '../../sandbox/support.ts';
import { happeningFor, isHooked } from '../../support/happening.ts';
import { recordedActions } from '../../support/replay.ts';
import { allScenarios, arranged } from '../../support/scenario.ts';
import { isInShare } from '../../support/share.ts';
import { until } from '../../triggers/support.ts';
import { buildPackage, Engine, folder } from './engine.ts';
import { filledIn } from './form.ts';

let skipped = 0;
/** Arranging does not wait: the org's time goes on at once. */
const skipping: Clock = {
  now: () => Date.now() + skipped,
  async sleep(ms) {
    skipped += ms;
  },
};

const USERS = 450;
let sandbox: Sandbox;
let org: Org;
let engine: Engine;

beforeAll(async () => {
  buildPackage();
  const seed = join(mkdtempSync(join(tmpdir(), 'seed-')), 'org.json');
  const users = Array.from({ length: USERS }, (_, n) => ({
    profile: {
      login: `user${String(n).padStart(3, '0')}@acme.test`,
      department: n % 2 ? 'Sales' : 'Support',
    },
  }));
  const apps = ['Acme CRM', 'Company Wiki'].map((label) => ({ label }));
  const groups = Array.from({ length: 60 }, (_, n) => ({ profile: { name: `Team ${n}` } }));
  writeFileSync(seed, JSON.stringify({ users, groups, apps }));
  sandbox = await startSandbox({ seed });
  org = clientOf(sandbox);
}, 60_000);
beforeEach(async () => {
  await org.control('POST', '/reset');
  await org.control('PUT', '/limits', { '/api/v1/logs': 10_000, '/api/v1': 10_000, '/api/v1/users': 10_000 });
  engine = await Engine.load({
    oktaConnectorTokenApi: { orgUrl: sandbox.orgUrl, token: sandbox.apiToken },
    oktaConnectorPrivateKeyApi: serviceApp('required'),
  });
});
afterAll(async () => {
  await sandbox.close();
});

function serviceApp(dpop: string) {
  const { clientId, privateKey, keyId } = sandbox.dpopServiceApp;
  // As it arrives from a field of one line.
  const oneLine =
    typeof privateKey === 'string' ? privateKey.replaceAll('\n', ' ') : JSON.stringify(privateKey);
  return {
    ...{ orgUrl: sandbox.orgUrl, clientId, keyId: keyId ?? '', privateKey: oneLine, dpop },
    scopes: 'okta.users.read okta.groups.read okta.logs.read',
  };
}

const jsonOf = (items: { json: IDataObject }[]) => items.map(({ json }) => json);
const id = (value: string) => ({ __rl: true, mode: 'id', value });
const getUser = (value: string): INodeParameters => ({
  ...{ resource: 'user', operation: 'get_user', userId: id(value) },
});

describe('the package', () => {
  it('is one bundle that needs nothing but n8n-workflow', () => {
    const files = readdirSync(join(folder, 'dist'), { recursive: true }) as string[];
    const runtime = readFileSync(join(folder, 'dist/runtime/index.js'), 'utf8');
    const required = [...runtime.matchAll(/(?<!["'\w\\])require\("([^"\\]+)"\)/g)].map(([, name]) => name);
    expect([...new Set(required)].filter((name) => !name?.startsWith('ajv/')).sort()).toEqual([
      'n8n-workflow',
      'node:crypto',
    ]);
    expect(files.filter((name) => name.startsWith('runtime/')).sort()).toEqual([
      'runtime/THIRD-PARTY-LICENSES.txt',
      'runtime/index.js',
      'runtime/sbom.cdx.json',
    ]);
    expect(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).dependencies).toBeUndefined();
  });

  it('G.10 has no dead link: none to a placeholder, and a page for each credential and node', () => {
    const text = (path: string) => readFileSync(join(folder, path), 'utf8');
    const files = (readdirSync(folder, { recursive: true }) as string[]).filter(
      (path) => /\.(md|ts|node\.json|credentials\.js|node\.js)$/.test(path) && !path.includes('node_modules'),
    );
    const links = files.flatMap((path) =>
      [...text(path).matchAll(/https?:\/\/[^\s"'`)<>\\]+/g)].map(([link]) => link),
    );
    expect(links.filter((link) => /example\.(com|org|net)/.test(link))).toEqual([]);
    expect(text('README.md')).not.toContain('undefined');
    expect(JSON.parse(text('package.json')).homepage).not.toContain('example.com');
    const page = /^https:\/\/developer\.okta\.com\/docs\/[a-z0-9/-]+\/$/;
    const codexes = files.filter((path) => path.endsWith('.node.json') && path.startsWith('nodes/'));
    expect(codexes).toHaveLength(3);
    for (const path of codexes)
      expect(JSON.parse(text(path)).resources.primaryDocumentation).toEqual([
        { url: expect.stringMatching(page) },
      ]);
    const credentials = files.filter((path) => path.endsWith('.credentials.ts'));
    expect(credentials).toHaveLength(3);
    for (const path of credentials) expect(/documentationUrl = '(.+)'/.exec(text(path))?.[1]).toMatch(page);
  });

  it('G.10 links to the pages of the project once its home page is public', () => {
    const { guide, credentials } = documentation('https://okta-connector.dev/x');
    expect(guide).toBe('https://okta-connector.dev/x/docs/n8n.md');
    expect(credentials.token).toBe('https://okta-connector.dev/x/docs/connect.md');
    for (const path of ['docs/n8n.md', 'docs/connect.md'])
      expect(existsSync(join(import.meta.dirname, '../../..', path)), path).toBe(true);
  });

  it('takes no name of n8n itself', () => {
    expect(Object.keys(engine.nodes).sort()).toEqual([
      'n8n-nodes-okta-connector.oktaConnector',
      'n8n-nodes-okta-connector.oktaConnectorTrigger',
      'n8n-nodes-okta-connector.oktaConnectorWebhookTrigger',
      'test.start',
    ]);
  });

  it('offers every action and every trigger of the registry', () => {
    const values = (node: string, name: string) =>
      engine.nodes[`n8n-nodes-okta-connector.${node}`]?.description.properties
        .filter((property) => property.name === name)
        .flatMap((property) => property.options?.map((one) => (one as { value: string }).value) ?? []);
    expect(values('oktaConnector', 'operation')?.sort()).toEqual(recordedActions.toSorted());
    const triggers = connector.triggers.filter(({ offline }) => !offline);
    const keysOf = (some: readonly { key: string }[]) => some.map(({ key }) => key).sort();
    expect(values('oktaConnectorTrigger', 'event')?.sort()).toEqual(
      keysOf(triggers.filter(({ kind }) => kind !== 'webhook')),
    );
    expect(values('oktaConnectorWebhookTrigger', 'event')?.sort()).toEqual(
      keysOf(triggers.filter(({ source, signed }) => source.hook && !signed)),
    );
  });

  it('F2.6 the instant trigger begins with new_event_instant; each trigger hides what does not count', () => {
    const fieldsOf = (node: string, key: string) => {
      const { properties = [] } = engine.nodes[`n8n-nodes-okta-connector.${node}`]?.description ?? {};
      if (node === 'oktaConnectorWebhookTrigger')
        expect(properties.find(({ name }) => name === 'event')?.default).toBe('new_event_instant');
      return JSON.stringify(properties.filter((one) => one.displayOptions?.show?.event?.includes(key)));
    };
    const polled = fieldsOf('oktaConnectorTrigger', 'user_created');
    expect(polled).toContain('"name":"since"');
    expect(polled).toContain('"name":"include"');
    expect(polled).not.toContain('reconcile');
    const instant = fieldsOf('oktaConnectorWebhookTrigger', 'user_created');
    expect(instant).toContain('"name":"actor"');
    expect(instant).not.toContain('"name":"since"');
    expect(instant).toContain('"name":"include"');
    expect(instant).toContain('reconcile');
    expect(fieldsOf('oktaConnectorWebhookTrigger', 'new_event')).not.toMatch(/"name":"(expression|keyword)"/);
  });

  it('asks for the attributes anew when the operation, the user type or the app changes, and takes options for all items alike', () => {
    const { properties } = engine.nodes['n8n-nodes-okta-connector.oktaConnector']?.description ?? {};
    const mappers = properties?.filter(({ type }) => type === 'resourceMapper') ?? [];
    const dependsOn = mappers.map(({ typeOptions }) => typeOptions?.loadOptionsDependsOn);
    const at = (name: string) => [name, `additionalFields.${name}`].flatMap((one) => [one, `${one}.value`]);
    expect(dependsOn).toContainEqual(['operation', ...at('typeId')]);
    expect(dependsOn).toContainEqual(['operation', ...at('appId')]);
    const factors = properties?.filter(({ name, type }) => name === 'factorId' && type === 'resourceLocator');
    expect(factors?.map(({ typeOptions }) => typeOptions?.loadOptionsDependsOn)).toContainEqual(at('userId'));
    const options = properties?.find(({ name }) => name === 'options')?.options as INodeProperties[];
    expect(options.map(({ noDataExpression }) => noDataExpression)).toEqual([true, true, true]);
  });

  it('finds operations in the panel by what they do', () => {
    const { properties = [] } = engine.nodes['n8n-nodes-okta-connector.oktaConnector']?.description ?? {};
    const operations = properties.filter(({ name }) => name === 'operation');
    // n8n lists these titles under the name of the node.
    const listed = operations.flatMap(({ options }) => options as INodePropertyOptions[]);
    expect(listed.filter(({ action }) => /unlock/i.test(action ?? '')).map(({ value }) => value)).toEqual([
      'unlock_user',
    ]);
    expect(new Set(listed.map(({ action }) => action)).size).toBe(recordedActions.length);
    for (const { options, default: preset, displayOptions } of operations) {
      const names = (options as INodePropertyOptions[]).map(({ name }) => name);
      expect(names).toEqual([...names].sort((a, b) => a.localeCompare(b)));
      const action = actionOf(String(preset));
      // Those of 0.1.0 stay: n8n does not save what is left at its default.
      if (!['user', 'group', 'api'].includes(String(displayOptions?.show?.resource?.[0])))
        expect(destructiveness(action), String(preset)).not.toBe('always');
    }
  });

  it('asks for what an operation needs first, and for what it may have last', () => {
    const { properties = [] } = engine.nodes['n8n-nodes-okta-connector.oktaConnector']?.description ?? {};
    const rank = ({ name, type, required }: INodeProperties) => {
      if (type === 'notice') return 0;
      if (required || type === 'resourceMapper') return 1;
      return 2 + ['returnAll', 'limit', 'additionalFields'].indexOf(name);
    };
    for (const key of recordedActions) {
      const form = properties.filter(({ displayOptions }) => displayOptions?.show?.operation?.includes(key));
      const ranks = form.map(rank);
      expect(ranks, `${key}: ${form.map(({ name }) => name)}`).toEqual([...ranks].sort());
    }
  });

  it('asks for a limit only where not all is returned', () => {
    const { properties = [] } = engine.nodes['n8n-nodes-okta-connector.oktaConnector']?.description ?? {};
    const limits = properties.filter(({ name }) => name === 'limit');
    expect(limits.length).toBeGreaterThan(0);
    for (const { displayOptions } of limits) expect(displayOptions?.show?.returnAll).toEqual([false]);
  });

  it('masks what is secret', () => {
    const secrets = JSON.stringify(
      engine.nodes['n8n-nodes-okta-connector.oktaConnector']?.description.properties,
    ).match(/"displayName":"[^"]*(?:Password|Answer)"[^}]*"password":true/g);
    expect(secrets?.length).toBeGreaterThanOrEqual(2);
  });
});

describe('the action node', () => {
  it('runs every action of the registry', { timeout: 120_000 }, async () => {
    const own = await startSandbox({ now: () => skipping.now() });
    onTestFinished(() => own.close());
    const connection = { orgUrl: own.orgUrl, auth: { type: 'api_token' as const, token: own.apiToken } };
    const node = await Engine.load({ oktaConnectorTokenApi: { orgUrl: own.orgUrl, token: own.apiToken } });
    const ran = new Set<string>();
    // The org's clock goes on while n8n waits.
    const ticking = setInterval(() => void skipping.sleep(100), 100);
    onTestFinished(() => clearInterval(ticking));
    for (const scenario of await allScenarios()) {
      const { action, name } = scenario;
      // n8n waits for a phone, and for an import, in real time.
      const isSlow = ['run_push_verification', 'run_identity_import'].includes(action);
      if (isSlow ? ran.has(action) : !isInShare(`${action} ${name}`, 20)) continue;
      ran.add(action);
      await clientOf(own).control('POST', '/reset');
      await arranged(scenario, { connection, clock: skipping }, async (input, check) => {
        const { items, error } = await node.run(filledIn(action, input));
        expect(error, `${action} ${name}: ${error?.message} ${error?.description ?? ''}`).toBeUndefined();
        const outputs = jsonOf(items);
        check(isList(actionOf(action)) ? outputs : outputs[0]);
      });
    }
  });

  it('tells for each result which item it comes from', async () => {
    const { items } = await engine.run(
      { ...getUser(''), userId: '={{ ({ __rl: true, mode: "id", value: $json.login }) }}' },
      { items: [{ login: 'user001@acme.test' }, { login: 'user002@acme.test' }] },
    );
    expect(items.map(({ json, pairedItem }) => [(json.profile as IDataObject).login, pairedItem])).toEqual([
      ['user001@acme.test', { item: 0 }],
      ['user002@acme.test', { item: 1 }],
    ]);
  });

  it('goes on after a failed item, with the typed error in its place', async () => {
    const parameters = { ...getUser(''), userId: '={{ ({ __rl: true, mode: "id", value: $json.login }) }}' };
    const items = [{ login: '00unobody00000000000' }, { login: 'user002@acme.test' }];
    const { items: results } = await engine.run(parameters, {
      items,
      node: { onError: 'continueRegularOutput' },
    });
    expect(results).toMatchObject([
      {
        json: { error: { code: 'not_found', actor: 'caller', status: 404, retryable: false } },
        pairedItem: { item: 0 },
      },
      { json: { profile: { login: 'user002@acme.test' } } },
    ]);
  });

  it('goes on after a value that n8n itself refuses, with a typed error too', async () => {
    const update = {
      ...{ resource: 'user', operation: 'update_user', userId: id('user002@acme.test') },
      profile: {
        mappingMode: 'defineBelow',
        value: { age: '={{ $json.age }}' },
        schema: [{ id: 'age', displayName: 'Age', required: false, type: 'number' }],
      },
    } as unknown as INodeParameters;
    const { items } = await engine.run(update, {
      items: [{ age: 'old' }],
      node: { onError: 'continueRegularOutput' },
    });
    expect(items).toMatchObject([
      {
        json: {
          error: { code: 'invalid_input', message: expect.stringMatching(/'age'.* expects a number/) },
        },
      },
    ]);
  });

  it('fails with what happened and what to do', async () => {
    const { error } = await engine.run(getUser('00unobody00000000000'));
    expect(error).toMatchObject({
      name: 'NodeApiError',
      httpCode: '404',
      message: expect.stringContaining('ot'),
    });
    expect(error?.description).toBeTruthy();
    const wrong = await engine.run({
      ...{ resource: 'api', operation: 'call_api', path: '/api/v1/org' },
      additionalFields: { query: '[{' },
    });
    expect(wrong.error).toMatchObject({ name: 'NodeOperationError', message: 'Query is not valid JSON' });
  });

  it('says once what happened where there is nothing to do about it', async () => {
    await org.control('POST', '/faults', {
      path: '/api/v1/users/',
      times: 10,
      fault: { kind: 'html', status: 502 },
    });
    const { error } = await engine.run(getUser('user002@acme.test'));
    expect(error).toMatchObject({ message: 'Okta answered 502 to GET /api/v1/users/{userId}' });
    expect(error?.description ?? '').toBe('');
  });

  it('returns all over several pages and ends, or up to the limit', async () => {
    const all = { resource: 'user', operation: 'search_users', returnAll: true };
    const { items } = await engine.run(all);
    expect(new Set(jsonOf(items).map((user) => user.id)).size).toBeGreaterThanOrEqual(USERS);
    const { body } = await org.control('GET', '/requests?method=GET');
    expect(body.requests.filter((one: { path: string }) => one.path === '/api/v1/users')).toHaveLength(3);
    const limited = await engine.run({ ...all, returnAll: false, limit: 210 });
    expect(limited.items).toHaveLength(210);
  });

  it('searches by conditions that are filled in one by one', async () => {
    const conditions = {
      rows: [
        { attribute: 'profile.login', operator: 'sw', value: 'user00' },
        { attribute: 'profile.lastName', operator: 'pr', value: '' },
        { attribute: 'created', operator: 'gt', value: '={{ "2020-01-01T00:00:00.000Z" }}' },
      ],
    };
    const { items, error } = await engine.run({
      ...{ resource: 'user', operation: 'search_users', returnAll: true },
      additionalFields: { conditions, sortBy: 'profile.login' },
    });
    expect(error).toBeUndefined();
    expect(jsonOf(items)).toMatchObject(
      Array.from({ length: 10 }, (_, at) => ({ profile: { login: `user00${at}@acme.test` } })),
    );
  });

  it('clears attributes and takes those of the item', async () => {
    const login = 'user003@acme.test';
    const update = {
      ...{ resource: 'user', operation: 'update_user', userId: id(login) },
      profile: { mappingMode: 'autoMapInputData', value: null, schema: [{ id: 'city' }, { id: 'title' }] },
      additionalFields: { clearAttributes: ['department'] },
    } as unknown as INodeParameters;
    const { items, error } = await engine.run(update, { items: [{ city: 'Rome', title: '', other: 1 }] });
    expect(error?.message).toBeUndefined();
    const profile = items[0]?.json.profile as IDataObject;
    expect(profile).toMatchObject({ city: 'Rome', login });
    expect(profile.department ?? null).toBeNull();
  });

  it('finds attributes that the org does not have before anything is sent', async () => {
    const create = {
      ...{ resource: 'user', operation: 'create_user' },
      profile: {
        mappingMode: 'defineBelow',
        value: { login: 'x@acme.test', email: 'x@acme.test', firstName: 'X', lastname: 'Y' },
        schema: [],
      },
    } as unknown as INodeParameters;
    const { error } = await engine.run(create);
    expect(error?.description).toContain('lastname: is not an attribute of this org; did you mean lastName?');
    expect(error?.description).toContain('profile.lastName: is required');
    const { body } = await org.control('GET', '/requests?method=POST');
    expect(body.requests).toEqual([]);
  });

  it('shows a wait for the rate limit: at once, and as a hint at the end', async () => {
    await org.control('POST', '/faults', {
      path: '/api/v1/users/user004',
      fault: { kind: 'rate_limit', resetInSeconds: 3 },
    });
    const { error, items, hints } = await engine.run(getUser('user004@acme.test'));
    expect(error?.message).toBeUndefined();
    expect(items).toHaveLength(1);
    expect(engine.messages.join()).toMatch(/rate_limited: next try in \d+ s/);
    expect(hints[0]?.message).toMatch(/waited \d+ s for Okta's rate limit/);
  });

  it('fails with the time to wait when that is longer than it may take', async () => {
    await org.control('POST', '/faults', {
      path: '/api/v1/users/user005',
      fault: { kind: 'rate_limit', resetInSeconds: 30 },
    });
    const { error } = await engine.run({ ...getUser('user005@acme.test'), options: { maxWaitSeconds: 1 } });
    expect(error).toMatchObject({ httpCode: '429' });
    expect(error?.description).toMatch(/requires a wait of \d+ s\. Set "Longest Rate Limit Wait"/);
  });

  it('works as a service app with DPoP, and keeps its token for the next run', async () => {
    const parameters = { ...getUser('user006@acme.test'), authentication: 'privateKey' };
    for (let run = 0; run < 2; run++) {
      const { items, error } = await engine.run(parameters);
      expect(error?.message).toBeUndefined();
      expect(items).toHaveLength(1);
    }
    const { body } = await org.control('GET', '/requests?method=POST');
    const paths = body.requests.filter((one: { status: number }) => one.status === 200);
    expect(paths.map((one: { path: string }) => one.path)).toEqual(['/oauth2/v1/token']);
  });

  it('lets n8n renew a sign-in that has run out', async () => {
    const tokens = await signIn();
    engine.credentials.oktaConnectorOAuth2Api = {
      ...{ orgUrl: sandbox.orgUrl, grantType: 'pkce', authentication: 'header' },
      ...{ clientId: sandbox.webApp.clientId, clientSecret: sandbox.webApp.clientSecret },
      ...{ accessTokenUrl: `${sandbox.orgUrl}/oauth2/v1/token`, scopes: SCOPES, scope: SCOPES },
      oauthTokenData: { ...tokens, access_token: 'run.out.token' },
    };
    const parameters = { ...getUser('user007@acme.test'), authentication: 'signIn' };
    const { items, error } = await engine.run(parameters);
    expect(error?.message).toBeUndefined();
    expect(items).toHaveLength(1);
    expect(engine.stored).toHaveLength(1);
    await engine.run(parameters);
    expect(engine.stored).toHaveLength(1);
  });

  it('says that a sign-in cannot be renewed', async () => {
    engine.credentials.oktaConnectorOAuth2Api = {
      ...{ orgUrl: sandbox.orgUrl, grantType: 'pkce', clientId: sandbox.webApp.clientId, clientSecret: 'x' },
      ...{ accessTokenUrl: `${sandbox.orgUrl}/oauth2/v1/token`, scopes: SCOPES },
      oauthTokenData: { access_token: 'dead.access.token', refresh_token: 'dead-refresh-token' },
    };
    const { error } = await engine.run({ ...getUser('user007@acme.test'), authentication: 'signIn' });
    expect(error?.message).toContain('could not be renewed');
    expect(error?.description).toContain('Connect the credential in n8n again');
    expect(JSON.stringify(error)).not.toContain('dead-refresh-token');
  });
});

const SCOPES = 'offline_access okta.users.read';

/** What n8n's own sign-in ends with. */
async function signIn(): Promise<IDataObject> {
  const { clientId, clientSecret, redirectUris } = sandbox.webApp;
  const redirect_uri = redirectUris[0] ?? '';
  const url = new URL('/oauth2/v1/authorize', sandbox.orgUrl);
  const asked = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri,
    scope: SCOPES,
    state: 'state-of-n8n',
  };
  url.search = new URLSearchParams(asked).toString();
  const { headers } = await fetch(url, { redirect: 'manual' });
  const code = new URL(headers.get('location') ?? '').searchParams.get('code') ?? '';
  const answer = await fetch(new URL('/oauth2/v1/token', sandbox.orgUrl), {
    method: 'POST',
    headers: { Authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
    body: new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri }),
  });
  return (await answer.json()) as IDataObject;
}

describe('the drop-downs', () => {
  it('search, and go on to the next page', async () => {
    const { context, methods } = engine.lookups('oktaConnector', getUser(''));
    const first = await methods.listSearch.searchUsers.call(context);
    const second = await methods.listSearch.searchUsers.call(context, undefined, first.paginationToken);
    const values = [...first.results, ...second.results].map((one: { value: string }) => one.value);
    expect(new Set(values).size).toBe(100);
    const found = await methods.listSearch.searchUsers.call(context, 'user123');
    expect(found).toMatchObject({ results: [{ name: expect.stringContaining('user123@acme.test') }] });
    expect(found.paginationToken).toBeUndefined();
    const groups = await methods.listSearch.searchGroups.call(context, 'Team 59');
    expect(groups.results).toHaveLength(1);
    expect(await methods.listSearch.searchApps.call(context)).toHaveProperty('results');
  });

  it('are loaded whole where they are short', async () => {
    const { context, methods } = engine.lookups('oktaConnector', getUser(''));
    expect((await methods.loadOptions.getGroups.call(context)).length).toBeGreaterThanOrEqual(60);
    const trigger = engine.lookups('oktaConnectorTrigger', { event: 'new_event' });
    const types = await trigger.methods.loadOptions.getEventTypes.call(trigger.context);
    expect(types.map((one: { value: string }) => one.value)).toContain('user.lifecycle.create');
  });

  it('know the attributes of the org', async () => {
    const create = engine.lookups('oktaConnector', { resource: 'user', operation: 'create_user' });
    const { fields } = await create.methods.resourceMapping.getProfileAttributes.call(create.context);
    expect(fields).toContainEqual(
      expect.objectContaining({ id: 'login', required: true, type: 'string', display: true }),
    );
    const update = engine.lookups('oktaConnector', { resource: 'user', operation: 'update_user' });
    const changed = await update.methods.resourceMapping.getProfileAttributes.call(update.context);
    expect(changed.fields.every((one: { required: boolean }) => !one.required)).toBe(true);
    const clearable = await update.methods.loadOptions.getClearableAttributes.call(update.context);
    const names = clearable.map((one: { value: string }) => one.value);
    expect(names).toContain('department');
    expect(names).not.toContain('login');
  });

  it('know the attributes of other user types', async () => {
    const { body } = await org.get('/api/v1/meta/types/user');
    const contractor = body.find((type: { default: boolean }) => !type.default);
    await org.post(new URL(contractor._links.schema.href).pathname, {
      definitions: { custom: { properties: { agency: { title: 'Agency', type: 'string' } } } },
    });
    const offered = async (operation: string, additionalFields: IDataObject = {}) => {
      const form = { resource: 'user', operation, additionalFields } as INodeParameters;
      const { context, methods } = engine.lookups('oktaConnector', form);
      const { fields } = await methods.resourceMapping.getProfileAttributes.call(context);
      const clearable = await methods.loadOptions.getClearableAttributes.call(context);
      return [
        fields.some((one: { id: string }) => one.id === 'agency'),
        clearable.some((one: { value: string }) => one.value === 'agency'),
        fields.filter((one: { id: string }) => one.id === 'login').length,
      ];
    };
    expect(await offered('create_user', { typeId: contractor.id })).toEqual([true, true, 1]);
    expect(await offered('create_user')).toEqual([false, true, 1]);
    // What type a user has that is changed is not known beforehand.
    expect(await offered('update_user')).toEqual([true, true, 1]);
    expect(await offered('update_user', { typeId: '={{ $json.type }}' })).toEqual([true, true, 1]);
    // Who may not read the types still has the attributes of the default one.
    await org.control('POST', '/faults', {
      path: '/api/v1/meta/types',
      fault: { kind: 'status', status: 403, body: { errorCode: 'E0000006', errorSummary: 'no' } },
    });
    const { context, methods } = engine.lookups('oktaConnector', {
      resource: 'user',
      operation: 'update_user',
    });
    const { fields } = await methods.resourceMapping.getProfileAttributes.call(context);
    expect(fields.map((one: { id: string }) => one.id)).toContain('department');
  });

  it('G.10 know the attributes as soon as the credential is mended: no failure is kept', async () => {
    const good = { orgUrl: sandbox.orgUrl, token: sandbox.apiToken };
    const { context, methods } = engine.lookups('oktaConnector', { operation: 'create_user' });
    const ask = () => methods.resourceMapping.getProfileAttributes.call(context);
    for (const bad of [
      { ...good, token: 'wrong-token' },
      { ...good, orgUrl: '' },
    ]) {
      engine.credentials.oktaConnectorTokenApi = bad;
      await expect(ask()).rejects.toThrow();
      engine.credentials.oktaConnectorTokenApi = good;
      expect((await ask()).fields).toContainEqual(expect.objectContaining({ id: 'login' }));
    }
  });

  it('say why they are empty', async () => {
    engine.credentials.oktaConnectorTokenApi = { orgUrl: sandbox.orgUrl, token: 'wrong-token' };
    const { context, methods } = engine.lookups('oktaConnector', getUser(''));
    await expect(methods.listSearch.searchUsers.call(context)).rejects.toMatchObject({ httpCode: '401' });
  });
});

describe('the test of a credential', () => {
  it('says who it is', async () => {
    expect(await engine.test('testToken', { orgUrl: sandbox.orgUrl, token: sandbox.apiToken })).toEqual({
      status: 'OK',
      message: expect.stringContaining(sandbox.admin.login),
    });
    expect(await engine.test('testPrivateKey', serviceApp('auto'))).toMatchObject({ status: 'OK' });
  });

  it.each([
    ['a wrong token', 'testToken', { token: 'wrong-token' }, /token/i],
    ['a host that is no org', 'testToken', { orgUrl: 'http://127.0.0.1:9', token: 'x' }, /127\.0\.0\.1/],
    ['an empty form', 'testToken', { orgUrl: '' }, /org/i],
    ['an empty token', 'testToken', { token: '' }, /not complete\. auth\.token: must not be empty\.$/],
    ['no scopes', 'testPrivateKey', { scopes: '' }, /not complete\. auth\.scopes: must not be empty\.$/],
    ['DPoP switched off', 'testPrivateKey', { dpop: 'never' }, /DPoP in the connection: automatic/],
    ['a broken key', 'testPrivateKey', { privateKey: 'broken' }, /key/i],
    ['an unknown client', 'testPrivateKey', { clientId: 'nobody' }, /client_id\. Check client id/],
  ] as const)('says what is wrong with %s', async (_, name, data, message) => {
    const good =
      name === 'testToken' ? { orgUrl: sandbox.orgUrl, token: sandbox.apiToken } : serviceApp('auto');
    const result = await engine.test(name, { ...good, ...data });
    expect(result).toMatchObject({ status: 'Error', message: expect.stringMatching(message) });
  });
});

describe('the polling trigger', () => {
  const append = async (count: number, eventType = 'user.session.start') =>
    (await org.control('POST', '/events', Array(count).fill({ eventType }))).body.uuids as string[];
  const parameters = { event: 'new_event', additionalFields: { eventTypes: ['user.session.start'] } };

  it('begins now, delivers each event once, and remembers', async () => {
    await append(3);
    const { poll, staticData } = engine.poller(parameters);
    expect(await poll()).toBeNull();
    const uuids = await append(1_500);
    await append(5, 'user.session.end');
    expect((await poll())?.map(({ json }) => json.id).sort()).toEqual(uuids.sort());
    expect(await poll()).toBeNull();
    // n8n starts again with what it saved when the items were emitted.
    engine.staticData = JSON.parse(JSON.stringify(staticData));
    const [late] = await append(1);
    expect((await engine.poller(parameters).poll())?.map(({ json }) => json.id)).toEqual([late]);
  });

  it('does not deliver, when told to take other events, what there was of them before its last run', async () => {
    const live = engine.poller(parameters);
    await live.poll();
    const saved = JSON.parse(JSON.stringify(live.staticData));
    await append(3, 'user.session.end');
    // An hour for both clocks: where only one says so, that hour is read again.
    await org.control('POST', '/clock', { advanceMs: 60 * 60_000 });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60 * 60_000 });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    expect(await live.poll()).toBeNull();
    // n8n saves with items only: a changed workflow begins with what was saved when it was switched on.
    engine.staticData = saved;
    const changed = { ...parameters, additionalFields: { eventTypes: ['user.session.end'] } };
    const other = engine.poller(changed);
    expect(await other.poll()).toBeNull();
    const [next] = await append(1, 'user.session.end');
    expect((await other.poll())?.map(({ json }) => json.id)).toEqual([next]);
  });

  it('does not run twice at the same time', async () => {
    const { poll } = engine.poller(parameters);
    await poll();
    const uuids = await append(10);
    const both = await Promise.all([poll(), poll()]);
    expect(both.flatMap((items) => items ?? []).map(({ json }) => json.id)).toHaveLength(uuids.length);
  });

  it('delivers what a run that failed has not delivered', async () => {
    const { poll } = engine.poller(parameters);
    await poll();
    const uuids = await append(4);
    await org.control('POST', '/faults', {
      ...{ path: '/api/v1/logs', times: 10 },
      fault: { kind: 'status', status: 403, body: { errorCode: 'E0000006', errorSummary: 'no' } },
    });
    await expect(poll()).rejects.toMatchObject({
      name: 'NodeApiError',
      message: expect.stringMatching(/answered 403 .* Give the principal of this connection an admin role/),
    });
    await org.control('DELETE', '/faults');
    expect((await poll())?.map(({ json }) => json.id)).toEqual(uuids);
  });

  it('searches at set times, as one list', async () => {
    const uuids = await append(3);
    const search = {
      event: 'search_events',
      additionalFields: { eventTypes: ['user.session.start'], lastMinutes: 60, settleSeconds: 0 },
    };
    const { poll } = engine.poller(search);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const [found] = (await poll()) ?? [];
    const events = (found?.json.events ?? []) as IDataObject[];
    expect(events.map((event) => event.id)).toEqual(expect.arrayContaining(uuids));
  });

  it('HALO-16 tells changes of the directory, mapped by JSON, and remembers in what n8n saves with them', async () => {
    const mapping = {
      ...{ preset: false, fields: { mail: 'profile.email' }, groups: { include: [] } },
      rules: [{ group: 'Team 1', assign: { role: 'Agent' } }],
    };
    const changes = {
      event: 'directory_changed',
      additionalFields: { mapping: JSON.stringify(mapping), kinds: ['user.created', 'assignment.added'] },
    };
    const { poll, staticData } = engine.poller(changes);
    expect(await poll()).toBeNull();
    const profile = { login: 'new@acme.test', email: 'new@acme.test', firstName: 'New', lastName: 'User' };
    const hired = (await org.post('/api/v1/users', { profile })).body.id;
    expect((await poll())?.map(({ json }) => json)).toMatchObject([
      { kind: 'user.created', key: { userId: hired }, after: { mail: 'new@acme.test' } },
    ]);
    const size = JSON.stringify(staticData).length;
    expect(size).toBeLessThan(300 * USERS);
    engine.staticData = JSON.parse(JSON.stringify(staticData));
    const [team] = (await org.get('/api/v1/groups?q=Team%201')).body.filter(
      (one: { profile: { name: string } }) => one.profile.name === 'Team 1',
    );
    await org.put(`/api/v1/groups/${team.id}/users/${hired}`);
    expect((await engine.poller(changes).poll())?.map(({ json }) => json)).toMatchObject([
      { kind: 'assignment.added', key: { userId: hired }, after: { type: 'role', value: 'Agent' } },
    ]);
  });

  it('HALO-6 takes a mapping as JSON, with a sample', () => {
    const { properties } = engine.nodes['n8n-nodes-okta-connector.oktaConnectorTrigger']?.description ?? {
      properties: [],
    };
    const find = (all: unknown[]): IDataObject[] =>
      (all as IDataObject[]).flatMap((one) => [one, ...find((one.options as unknown[] | undefined) ?? [])]);
    expect(find(properties).find(({ name }) => name === 'mapping')).toMatchObject({
      type: 'json',
      placeholder: expect.stringMatching(/^e\.g\. \{"active":\[.*"rules":\[/),
    });
  });

  it.each(
    connector.triggers.filter(({ kind, offline }) => kind !== 'webhook' && !offline).map(({ key }) => key),
  )('shows a sample of %s in manual mode and remembers nothing', async (event) => {
    const { poll, staticData } = engine.poller({ event }, 'manual');
    const [item] = (await poll()) ?? [];
    const { output } = connector.triggers.find(({ key }) => key === event) ?? {};
    expect(output?.safeParse(item?.json).error).toBeUndefined();
    expect(JSON.parse(JSON.stringify(staticData))).toEqual({});
  });

  it.each(
    connector.triggers.filter(({ kind, offline }) => kind !== 'webhook' && !offline).map(({ key }) => key),
  )('L6 runs %s in a live workflow: nothing at first, then what happens, once', async (event) => {
    const { source, output } = triggerOf(event);
    const { poll } = engine.poller({ event });
    await poll();
    if (!source.hook) {
      // Its items come from the state of the org, of which its own tests make some; a search also tells of nothing found.
      expect(((await poll()) ?? []).filter(({ json }) => json.count !== 0)).toEqual([]);
      return;
    }
    const { uuids } = (await org.control('POST', '/events', [happeningFor(event)])).body;
    const items = (await poll()) ?? [];
    expect(JSON.stringify(items)).toContain(uuids[0]);
    for (const { json } of items) expect(output.safeParse(json).error).toBeUndefined();
    expect(await poll()).toBeNull();
  });
});

describe('M typed: what events carry', () => {
  // n8n's packages share singletons.
  const { NodeHelpers } = createRequire(import.meta.url)('n8n-workflow') as typeof import('n8n-workflow');
  const types = ['oktaConnectorTrigger', 'oktaConnectorWebhookTrigger'];

  /** The parameters after a choice in the editor: it drops the defaults there were, and adds those that there are then. */
  function chosen(type: string, before: INodeParameters, choice: INodeParameters): INodeParameters {
    const { description } = engine.nodes[`n8n-nodes-okta-connector.${type}`] as INodeType;
    const given = (values: INodeParameters, withDefaults: boolean) =>
      NodeHelpers.getNodeParameters(
        ...([description.properties, values, withDefaults, false, null, description] as const),
      ) ?? {};
    return given({ ...given(before, false), ...choice }, true);
  }

  it.each(types)('the editor finds the schema of each event of %s, also when another was chosen', (type) => {
    const { description } = engine.nodes[`n8n-nodes-okta-connector.${type}`] as INodeType;
    const events = description.properties.find(({ name }) => name === 'event')?.options ?? [];
    let before: INodeParameters = {};
    for (const { value } of events as { value: string }[]) {
      before = chosen(type, before, { event: value });
      expect(before.operation).toBe(value);
      const name = `${type[0]?.toUpperCase()}${type.slice(1)}`;
      const path = join(folder, `dist/nodes/${name}/__schema__/v1.0.0/${value}.json`);
      expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
        ...{ type: 'object', properties: { id: { type: 'string' } } },
      });
    }
    expect(events.length).toBeGreaterThan(40);
  });

  it('real events have what the schema of their trigger says', async () => {
    const { body: user } = await org.post('/api/v1/users', { profile: newProfile('typed') });
    await org.post(`/api/v1/users/${user.id}`, { profile: { title: 'Head' } });
    await org.post(`/api/v1/users/${user.id}/roles`, { type: 'READ_ONLY_ADMIN' });
    for (const [event, member] of [
      ['user_created', 'requestUri'],
      ['user_profile_updated', 'changedAttributes'],
      ['admin_role_granted', 'privilegeGranted'],
    ] as const) {
      const path = join(folder, `dist/nodes/OktaConnectorTrigger/__schema__/v1.0.0/${event}.json`);
      const { properties } = JSON.parse(readFileSync(path, 'utf8')).properties.event.properties.debugContext;
      expect(properties.debugData.properties[member]).toEqual({ type: 'string' });
      const [item] = (await engine.poller({ event }, 'manual').poll()) ?? [];
      expect(item?.json).toMatchObject({
        event: { debugContext: { debugData: { [member]: expect.any(String) } } },
      });
    }
  });

  it('a test run without recent events shows an event of the chosen type', async () => {
    const eventTypes = ['user.account.privilege.grant'];
    const parameters = { event: 'new_event', additionalFields: { eventTypes } };
    const [item] = (await engine.poller(parameters, 'manual').poll()) ?? [];
    expect(item?.json).toMatchObject({
      ...{ eventType: eventTypes[0] },
      event: { debugContext: { debugData: { privilegeGranted: 'Help Desk Administrator' } } },
    });
  });

  it('M redact: hides people by choice', async () => {
    const parameters = { event: 'user_created', additionalFields: { redact: 'personal' } };
    const { poll } = engine.poller(parameters);
    await poll();
    const { body: user } = await org.post('/api/v1/users', { profile: newProfile('hidden') });
    const items = (await poll()) ?? [];
    expect(items[0]?.json).toMatchObject({ userId: user.id, userLogin: '[redacted]' });
    expect(JSON.stringify(items)).not.toContain('hidden@');
  });
});

describe('the instant trigger', () => {
  const parameters = { event: 'new_event_instant', eventTypes: ['user.lifecycle.create'] };
  let hook: ReturnType<Engine['hook']>;
  const received: IDataObject[] = [];
  const server = createServer((request, response) => serve(request, response));

  /** What n8n's server does around a webhook. */
  async function serve(request: IncomingMessage, raw: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const response = Object.assign(raw, {
      status(code: number) {
        raw.statusCode = code;
        return raw;
      },
    });
    const express = { headers: request.headers, body: text ? JSON.parse(text) : {} };
    const name = request.method === 'GET' ? 'setup' : 'default';
    const answer = await hook.receive(name, express, response);
    received.push(...(answer?.workflowData?.flat() ?? []).map(({ json }) => json));
  }
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => server.close());
  beforeEach(() => {
    received.length = 0;
    hook = engine.hook(parameters, `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook`);
  });
  const hooks = async () => (await org.get('/api/v1/eventHooks')).body;
  const append = async (eventType: string) =>
    (await org.control('POST', '/events', [{ eventType }])).body.uuids[0];

  it('makes its hook, is verified, delivers each event once, and removes the hook', async () => {
    expect(await hook.checkExists()).toBe(false);
    expect(await hook.create()).toBe(true);
    expect(await hooks()).toMatchObject([
      { status: 'ACTIVE', verificationStatus: 'VERIFIED', channel: { config: { uri: hook.url } } },
    ]);
    expect(await hook.checkExists()).toBe(true);
    await org.control('PUT', '/settings', { hookDuplicateRate: 1 });
    const uuid = await append('user.lifecycle.create');
    await append('group.lifecycle.create');
    await until(() => received.length > 0);
    await org.control('POST', '/hooks/flush');
    expect(received.map((item) => item.id)).toEqual([uuid]);
    expect(received[0]).toMatchObject({ eventType: 'user.lifecycle.create', event: { uuid } });
    expect(await hook.delete()).toBe(true);
    expect(await hooks()).toEqual([]);
    expect(await hook.checkExists()).toBe(false);
  });

  it.each(connector.triggers.filter(({ key, offline }) => !offline && isHooked(key)).map(({ key }) => key))(
    'L6 hooks %s: its hook is made, what happens is delivered, and nothing is left',
    async (event) => {
      const happening = happeningFor(event);
      const { port } = server.address() as AddressInfo;
      hook = engine.hook(
        { event, additionalFields: { eventTypes: [happening.eventType] }, eventTypes: [happening.eventType] },
        `http://127.0.0.1:${port}/webhook`,
      );
      await hook.create();
      expect(await hooks()).toMatchObject([{ status: 'ACTIVE', verificationStatus: 'VERIFIED' }]);
      const { uuids } = (await org.control('POST', '/events', [happening])).body;
      await until(() => received.length > 0);
      expect(JSON.stringify(received)).toContain(uuids[0]);
      await hook.delete();
      expect(await hooks()).toEqual([]);
    },
  );

  describe('M catches up on what the hook missed', () => {
    const asked = { ...parameters, additionalFields: { reconcile: true } };
    const base = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook`;
    const looks = async () => (await org.control('GET', '/requests?path=/api/v1/logs')).body.requests.length;
    const lose = (share: number) => org.control('PUT', '/settings', { hookDropRate: share });

    it('each event once, from the hook or the log', async () => {
      hook = engine.hook(asked, base());
      await hook.create();
      // While n8n activates the workflow.
      expect(await hook.poll()).toBeNull();
      const brought = await append('user.lifecycle.create');
      await until(() => received.length === 1);
      await lose(1);
      const lost = await append('user.lifecycle.create');
      await append('group.lifecycle.create');
      await org.control('POST', '/hooks/flush');
      for (let i = 0; i < 2; i++) expect(await hook.poll()).toBeNull();
      expect(received.map((item) => item.id)).toEqual([brought, lost]);
      expect(received[1]).toMatchObject({ eventType: 'user.lifecycle.create', event: { uuid: lost } });
      await hook.delete();
    });

    it('also when n8n saves the data of requests over each other', async () => {
      hook = engine.hook(asked, base());
      await hook.create();
      await hook.poll();
      const saved = JSON.stringify(engine.staticData);
      await append('user.lifecycle.create');
      await until(() => received.length === 1);
      // A request that began before has ended later.
      engine.staticData = JSON.parse(saved);
      const poll = hook.poll;
      hook = engine.hook(asked, base());
      await poll();
      expect(received).toHaveLength(1);
      await hook.delete();
    });

    it('asks nothing without the choice, and says what is wrong', async () => {
      await hook.create();
      const before = await looks();
      for (let i = 0; i < 2; i++) expect(await hook.poll()).toBeNull();
      expect(await looks()).toEqual(before);
      await hook.delete();
      hook = engine.hook(asked, base());
      await hook.create();
      await hook.poll();
      await org.control('POST', '/faults', {
        ...{ path: '^/api/v1/logs', times: 1 },
        fault: { kind: 'status', status: 403, body: { errorCode: 'E0000006', errorSummary: 'no rights' } },
      });
      await expect(hook.poll()).rejects.toThrow('Missed events could not be looked for: ');
      await hook.delete();
    });

    it('nobody without the secret can ask for it', async () => {
      hook = engine.hook(asked, base());
      await hook.create();
      await lose(1);
      await append('user.lifecycle.create');
      const headers = { Authorization: 'guess', 'x-okta-connector-catch-up': 'now' };
      expect((await fetch(hook.url, { method: 'POST', headers, body: '{}' })).status).toBe(401);
      expect(received).toEqual([]);
      await hook.delete();
    });

    it('a test run has what it received, though n8n polls the node as well', async () => {
      hook = engine.hook(asked, base(), 'manual');
      await hook.create();
      expect(await hook.poll()).toBeNull();
      const uuid = await append('user.lifecycle.create');
      await until(() => received.length === 1);
      expect((await hook.poll())?.map(({ json }) => json.id)).toEqual([uuid]);
      expect(await hook.poll()).toBeNull();
      await hook.delete();
    });
  });

  it('F2.6 delivers a typed trigger with the whole user, and later what could not be read', async () => {
    const url = hook.url.split('/webhook')[0];
    const additionalFields = { include: true };
    hook = engine.hook({ event: 'user_created', additionalFields }, `${url}/webhook`);
    await hook.create();
    const { body } = await org.post('/api/v1/users', { profile: newProfile('typed') });
    await org.control('POST', '/hooks/flush');
    expect(received).toMatchObject([{ eventType: 'user.lifecycle.create', user: { id: body.id } }]);
    await org.control('POST', '/faults', {
      ...{ method: 'GET', path: '^/api/v1/users/', times: 1 },
      fault: { kind: 'status', status: 403, body: { errorCode: 'E0000006', errorSummary: 'no' } },
    });
    const { body: later } = await org.post('/api/v1/users', { profile: newProfile('later') });
    await org.control('POST', '/hooks/flush');
    expect(received.slice(1)).toMatchObject([{ user: { id: later.id } }]);
    await hook.delete();
  });

  it('F2.6 is deleted whatever its form holds by then', async () => {
    await hook.create();
    hook = engine.hook({ event: 'gone_by_now' }, hook.url.replace(/\/webhook.*/, '/webhook'));
    await hook.delete();
    expect(await hooks()).toEqual([]);
  });

  it('F2.6 remembers what it delivered when its hook is deleted, or n8n saves older data', async () => {
    const url = hook.url.replace(/\/webhook.*/, '/webhook');
    const data = () => engine.staticData['node:Okta'] as IDataObject;
    const record = () => Object.keys(data()).find((key) => key.includes('webhook@')) ?? '';
    const held = () => JSON.parse(String(data()[record()])).value;
    const send = async (uuid: string, Authorization = held().secret) => {
      const headers = { 'Content-Type': 'application/json', Authorization };
      const event = { uuid, eventType: 'user.lifecycle.create', published: '2026-02-03T10:11:12.345Z' };
      const body = JSON.stringify({ data: { events: [event] } });
      expect((await fetch(hook.url, { method: 'POST', body, headers })).status).toBe(200);
    };
    await hook.create();
    await send('a');
    await hook.delete();
    await hook.create();
    await send('a');
    const { secret } = held();
    const older = () => {
      data()[record()] = JSON.stringify({ value: { ...held(), secret: 'older', hookId: 'older' } });
      hook = engine.hook(parameters, url);
    };
    older();
    expect(await hook.checkExists()).toBe(true);
    expect(held().secret).toBe(secret);
    await send('a');
    older();
    await Promise.all(['a', 'b', 'c', 'b', 'd'].map((uuid) => send(uuid, secret)));
    expect(received.map(({ id }) => id).toSorted()).toEqual(['a', 'b', 'c', 'd']);
    await hook.delete();
    expect(await hooks()).toEqual([]);
  });

  it.each(['by id', 'by name'])('G.5 is narrowed to a group, %s', async (how) => {
    const make = async (name: string) =>
      (await org.post('/api/v1/groups', { profile: { name } })).body.id as string;
    const [wanted, other] = [await make(`Wanted ${how}`), await make(`Other ${how}`)];
    const named = (value: string, mode = 'id') => ({
      event: 'user_added_to_group',
      additionalFields: { group: { __rl: true, mode, value } },
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook`;
    hook = engine.hook(named('No such group'), url);
    await expect(hook.create()).rejects.toThrow('group: No group has this');
    hook = engine.hook(how === 'by id' ? named(wanted, 'list') : named(`Wanted ${how}`), url);
    await hook.create();
    const [{ id }] = (await org.get('/api/v1/users?limit=1')).body;
    for (const group of [other, wanted]) await org.put(`/api/v1/groups/${group}/users/${id}`, undefined);
    await until(() => received.length > 0);
    await org.control('POST', '/hooks/flush');
    expect(received.map(({ groupId }) => groupId)).toEqual([wanted]);
    await hook.delete();
  });

  it('knows its hook when n8n saves older data over it, as a polling trigger beside it does', async () => {
    const url = hook.url.split('/webhook')[0];
    await hook.create();
    engine.staticData = {};
    hook = engine.hook(parameters, `${url}/webhook`);
    const uuid = await append('user.lifecycle.create');
    await until(() => received.length > 0);
    expect(received.map((item) => item.id)).toEqual([uuid]);
    engine.staticData = {};
    hook = engine.hook(parameters, `${url}/webhook`);
    expect(await hook.checkExists()).toBe(true);
    await hook.delete();
    expect(await hooks()).toEqual([]);
  });

  /** Another process creates a hook after the one of this process was deleted; n8n's data are those of the other. */
  async function madeElsewhere() {
    const url = hook.url.split('/webhook')[0];
    await hook.create();
    const [{ id: first }] = await hooks();
    await org.post(`/api/v1/eventHooks/${first}/lifecycle/deactivate`);
    await org.delete(`/api/v1/eventHooks/${first}`);
    // Another workflow id keeps apart what the two processes remember.
    engine.staticData = {};
    engine.workflowId = 'elsewhere';
    const other = engine.hook(parameters, `${url}/webhook`);
    await other.create();
    engine.workflowId = 'workflow1';
    engine.staticData = JSON.parse(JSON.stringify(other.staticData).replace('elsewhere', engine.workflowId));
    hook = engine.hook(parameters, `${url}/webhook`);
  }

  it('takes deliveries of the hook of another process, while it remembers an older one', async () => {
    await madeElsewhere();
    const uuid = await append('user.lifecycle.create');
    await until(() => received.length > 0);
    expect(received.map((item) => item.id)).toEqual([uuid]);
  });

  it('leaves the hook of another process alone, while it remembers an older one', async () => {
    await madeElsewhere();
    const [{ id: second }] = await hooks();
    expect(await hook.checkExists()).toBe(true);
    expect(await hooks()).toMatchObject([{ id: second, status: 'ACTIVE' }]);
  });

  it('deletes the hook of another process, while it remembers an older one', async () => {
    await madeElsewhere();
    await hook.delete();
    expect(await hooks()).toEqual([]);
  });

  it('removes hooks of its own that n8n forgot, and no others', async () => {
    await hook.create();
    const [{ id: forgotten }] = await hooks();
    await org.post('/api/v1/eventHooks', {
      name: 'made by hand',
      events: { type: 'EVENT_TYPE', items: ['user.lifecycle.create'] },
      channel: { type: 'HTTP', version: '1.0.0', config: { uri: hook.url } },
    });
    engine.staticData = {};
    engine.workflowId = 'with an empty memory';
    hook = engine.hook(parameters, hook.url.replace(/\/webhook.*/, '/webhook'));
    expect(await hook.checkExists()).toBe(false);
    await hook.create();
    const left: { id: string; name: string }[] = await hooks();
    expect(left.map(({ name }) => name)).toEqual(['made by hand', expect.stringMatching(/^okta-connector /)]);
    expect(left.map(({ id }) => id)).not.toContain(forgotten);
  });

  it('activates a hook again that somebody switched off', async () => {
    await hook.create();
    const [{ id: hookId }] = await hooks();
    await org.post(`/api/v1/eventHooks/${hookId}/lifecycle/deactivate`);
    expect(await hook.checkExists()).toBe(false);
    await hook.create();
    expect(await hooks()).toMatchObject([{ id: hookId, status: 'ACTIVE', verificationStatus: 'VERIFIED' }]);
  });

  it('leaves the live hook alone while somebody tests', async () => {
    const url = hook.url.split('/webhook')[0];
    await hook.create();
    const [{ id: live }] = await hooks();
    const isAlone = async () =>
      expect(await hooks()).toMatchObject([{ id: live, status: 'ACTIVE', verificationStatus: 'VERIFIED' }]);
    // n8n gives each test run empty data, and also deletes after a failed setup.
    engine.staticData = {};
    hook = engine.hook(parameters, `${url}/webhook`, 'manual');
    expect(await hook.checkExists()).toBe(false);
    await org.control('POST', '/faults', {
      ...{ path: '/api/v1/eventHooks', times: 10 },
      fault: { kind: 'status', status: 403, body: { errorCode: 'E0000006', errorSummary: 'no' } },
    });
    await expect(hook.create()).rejects.toThrow(/answered 403/);
    await org.control('DELETE', '/faults');
    await hook.delete();
    await isAlone();
    await hook.create();
    expect(await hooks()).toHaveLength(2);
    await hook.delete();
    await isAlone();
    // n8n ends a test run twice when two events arrive at once.
    await hook.delete();
    await isAlone();
  });

  it('ends a test run whose hook cannot be deleted; the next one deletes it', async () => {
    const test = () => {
      engine.staticData = {};
      return engine.hook(parameters, hook.url.replace(/\/webhook.*/, '/webhook'), 'manual');
    };
    hook = test();
    await hook.create();
    await org.control('POST', '/faults', {
      ...{ path: '/api/v1/eventHooks/.*', times: 10 },
      fault: { kind: 'status', status: 403, body: { errorCode: 'E0000006', errorSummary: 'no' } },
    });
    // After an error here n8n 1 could not test any workflow until its restart.
    expect(await hook.delete()).toBe(false);
    await org.control('DELETE', '/faults');
    expect(await hooks()).toHaveLength(1);
    hook = test();
    await hook.create();
    expect(await hooks()).toHaveLength(1);
    expect(await hook.delete()).toBe(true);
    expect(await hooks()).toEqual([]);
  });

  it('finds its hook when the node was renamed before n8n deletes it', async () => {
    await hook.create();
    engine.staticData = {};
    hook = engine.hook(parameters, hook.url.replace(/\/webhook.*/, '/webhook'), 'trigger', 'Okta renamed');
    await hook.delete();
    expect(await hooks()).toEqual([]);
  });

  it('is created although a forgotten hook cannot be deleted', async () => {
    await hook.create();
    engine.staticData = {};
    engine.workflowId = 'with an empty memory too';
    hook = engine.hook(parameters, hook.url.replace(/\/webhook.*/, '/webhook'));
    const [{ id: forgotten }] = await hooks();
    await org.control('POST', '/faults', {
      ...{ path: `/api/v1/eventHooks/${forgotten}/lifecycle/deactivate`, times: 10 },
      fault: { kind: 'status', status: 403, body: { errorCode: 'E0000006', errorSummary: 'no' } },
    });
    expect(await hook.create()).toBe(true);
    await org.control('DELETE', '/faults');
    expect(await hook.checkExists()).toBe(true);
  });

  it('leaves the hook of the workflow alone that it is a copy of', async () => {
    await hook.create();
    const [{ id: original }] = await hooks();
    // A copy, as n8n's command line exports and imports it.
    engine.staticData = JSON.parse(JSON.stringify(hook.staticData));
    engine.workflowId = 'workflow2';
    const copy = engine.hook(parameters, hook.url.replace(/\/webhook.*/, '/copy'));
    // n8n also deletes after an activation that it refused.
    await copy.delete();
    expect(await copy.checkExists()).toBe(false);
    await copy.create();
    expect(await hooks()).toHaveLength(2);
    await copy.delete();
    expect(await hooks()).toMatchObject([
      { id: original, status: 'ACTIVE', channel: { config: { uri: hook.url } } },
    ]);
    expect(await hook.checkExists()).toBe(true);
  });

  it('offers only what an event hook delivers', async () => {
    const { context, methods } = engine.lookups('oktaConnectorWebhookTrigger', parameters);
    const types: { value: string }[] = await methods.loadOptions.getEventTypes.call(context);
    const values = types.map(({ value }) => value);
    expect(values).toContain('user.lifecycle.create');
    expect(values).not.toContain('user.session.expire');
    expect(values.filter((value) => !isHookEligible(value))).toEqual([]);
  });

  it('takes no delivery without the secret of its hook', async () => {
    const body = JSON.stringify({
      data: { events: [{ uuid: 'x', eventType: 'user.lifecycle.create', published: 'x' }] },
    });
    const send = (headers: Record<string, string> = {}) =>
      fetch(hook.url, { method: 'POST', body, headers: { 'Content-Type': 'application/json', ...headers } });
    expect((await send()).status).toBe(401);
    await hook.create();
    expect((await send()).status).toBe(401);
    expect((await send({ Authorization: 'wrong' })).status).toBe(401);
    expect(received).toEqual([]);
  });

  it('F1.4 takes an odd event of a delivery, and the others with it, each once', async () => {
    await hook.create();
    const [, text] = JSON.stringify(engine.staticData).match(/"secret\\*":\\*"([\w-]+)/) ?? [];
    const usual = { uuid: 'x', eventType: 'user.lifecycle.create', published: '2026-02-03T10:11:12.345Z' };
    const events = [null, { ...usual, uuid: 5, target: {} }, usual];
    for (let times = 0; times < 2; times += 1) {
      const headers = { 'Content-Type': 'application/json', Authorization: text ?? '' };
      const body = JSON.stringify({ data: { events } });
      expect((await fetch(hook.url, { method: 'POST', body, headers })).status).toBe(200);
    }
    expect(received.map(({ event }) => event)).toEqual(events);
    expect(new Set(received.map(({ id }) => id)).size).toBe(3);
  });

  it('says why Okta could not verify it, and leaves no hook behind', async () => {
    hook = engine.hook(parameters, 'http://127.0.0.1:9/webhook');
    await expect(hook.create()).rejects.toMatchObject({
      message: expect.stringMatching(/could not verify .*\. Okta must reach the public URL/),
    });
    expect(await hooks()).toEqual([]);
  });
});
