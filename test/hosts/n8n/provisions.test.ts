import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  ICredentialDataDecryptedObject,
  IDeferredPromise,
  INode,
  INodeExecutionData,
  INodeType,
  IRun,
  ITriggerResponse,
  IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { PROVISIONS_PACKAGE } from '../../../src/hosts/n8n/provisions/package.ts';
import type { ScimEvent } from '../../../src/scim/store/store.ts';
import { until } from '../../triggers/support.ts';
import { buildPackage, folder } from './engine.ts';

const require = createRequire(import.meta.url);
const core = require('n8n-core') as typeof import('n8n-core');
const { ManualExecutionCancelledError, Workflow } = require('n8n-workflow') as typeof import('n8n-workflow');

const TOKEN = 'tok-5f1';
const TYPE = `${PROVISIONS_PACKAGE}.oktaProvisions`;
let type: INodeType;

beforeAll(async () => {
  buildPackage();
  const loader = new core.PackageDirectoryLoader(join(folder, '..', PROVISIONS_PACKAGE));
  await loader.loadAll();
  expect(Object.keys(loader.credentialTypes)).toEqual(['oktaProvisionsApi']);
  type = loader.nodeTypes.oktaProvisions?.type as INodeType;
}, 60_000);

const newFile = () => join(mkdtempSync(join(tmpdir(), 'n8n-provisions-')), 'people.db');

/** An execution that n8n was asked for. */
interface Started {
  event: ScimEvent;
  ended: IDeferredPromise<IRun>;
}

/** A workflow with the node, and n8n's server in front of it. */
function workflowWith(credential: ICredentialDataDecryptedObject, parameters: INode['parameters'] = {}) {
  const node: INode = {
    ...{ id: 'node1', name: 'Okta', type: TYPE, typeVersion: 1, position: [0, 0], parameters },
    ...{ credentials: { oktaProvisionsApi: { id: 'credential1', name: 'x' } }, webhookId: 'hook1' },
  };
  const nodeTypes = {
    ...{ getByName: () => type, getByNameAndVersion: () => type, getKnownTypes: () => ({}) },
  };
  const workflow = new Workflow({
    ...{ id: 'workflow1', active: true, nodeTypes, nodes: [node], connections: {} },
  });
  const additional = {
    credentialsHelper: { getParentTypes: () => [], getDecrypted: async () => structuredClone(credential) },
    webhookBaseUrl: 'https://n8n.acme.test/webhook',
    webhookTestBaseUrl: 'https://n8n.acme.test/webhook-test',
  };
  const started: Started[] = [];
  const failures: Error[] = [];
  let running: ITriggerResponse | undefined;

  const receive = (httpRequest: object, httpResponse: ServerResponse, mode: 'webhook' | 'manual') =>
    type.webhook?.call(
      new core.WebhookContext(
        workflow,
        workflow.getNode('Okta') as INode,
        { ...additional, httpRequest, httpResponse } as never,
        mode,
        { webhookDescription: { name: 'default' } } as never,
        [],
        null,
      ),
    );
  return {
    started,
    failures,
    /** Activates it, as n8n does. */
    async activate() {
      const emit = (data: INodeExecutionData[][], _: unknown, ended?: IDeferredPromise<IRun>) =>
        started.push({ event: data[0]?.[0]?.json as unknown as ScimEvent, ended: ended as never });
      const context = new core.TriggerContext(
        workflow,
        workflow.getNode('Okta') as INode,
        additional as unknown as IWorkflowExecuteAdditionalData,
        'trigger',
        'activate',
        emit as never,
        (error) => failures.push(error),
      );
      running = await type.trigger?.call(context);
      onTestFinished(() => running?.closeFunction?.());
    },
    async deactivate() {
      await running?.closeFunction?.();
      running = undefined;
    },
    /** Calls a URL below the one of the node. */
    async call(
      method: string,
      path: string,
      body?: object,
      { authorization = `Bearer ${TOKEN}`, mode = 'webhook' as 'webhook' | 'manual' } = {},
    ) {
      let items: INodeExecutionData[] | undefined;
      const server = createServer(async (request, response) => {
        const asInExpress = Object.assign(request, { originalUrl: request.url });
        items = (await receive(asInExpress, response, mode))?.workflowData?.flat();
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      const response = await fetch(`http://127.0.0.1:${port}/webhook/hook1/scim/v2${path}`, {
        ...{ method, body: body && JSON.stringify(body) },
        headers: { Authorization: authorization, 'Content-Type': 'application/scim+json' },
      });
      const text = await response.text();
      server.close();
      // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
      return { status: response.status, body: text && (JSON.parse(text) as any), response, items };
    },
  };
}

const user = (userName: string) => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  ...{ userName, active: true },
});
const ended = {} as IRun;
const kindsOf = (started: Started[]) => started.map(({ event }) => event.kind);

describe('n8n: Okta Provisions', () => {
  it('serves at one URL, whose paths no other node of the kind takes', () => {
    const { webhooks = [] } = type.description;
    const shown = webhooks.filter(({ ndvHideUrl }) => !ndvHideUrl);
    expect(shown).toMatchObject([{ httpMethod: 'GET', path: 'scim/v2', isFullPath: false }]);
    expect(new Set(webhooks.map(({ httpMethod, path }) => `${httpMethod} ${path}`)).size).toBe(15);
    const withParameters = webhooks.filter(({ path }) => path.includes(':'));
    expect(withParameters.every(({ path }) => path.startsWith('=') && path.includes('$webhookId'))).toBe(
      true,
    );
  });

  it('starts one execution per event, in order, the next one when the last has ended', async () => {
    const workflow = workflowWith({ token: TOKEN, state: newFile() });
    await workflow.activate();
    const made = await workflow.call('POST', '/Users', user('ana@acme.test'));
    expect(made.status).toBe(201);
    expect(made.response.headers.get('location')).toBe(
      `https://n8n.acme.test/webhook/hook1/scim/v2/Users/${made.body.id}`,
    );
    const path = `/Users/${made.body.id}`;
    await workflow.call('PUT', path, { ...user('ana@acme.test'), title: 'Lead', active: false });
    await until(() => workflow.started.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(kindsOf(workflow.started)).toEqual(['user.provisioned']);
    workflow.started[0]?.ended.resolve(ended);
    await until(() => workflow.started.length > 1);
    // Stopped by somebody: n8n has it in its list.
    workflow.started[1]?.ended.reject(new ManualExecutionCancelledError('1'));
    await until(() => workflow.started.length > 2);
    workflow.started[2]?.ended.resolve(ended);
    expect(kindsOf(workflow.started)).toEqual(['user.provisioned', 'user.changed', 'user.deactivated']);
    expect(
      (await workflow.call('GET', '/Users?filter=userName%20eq%20%22ANA%40acme.test%22')).body,
    ).toMatchObject({
      totalResults: 1,
      Resources: [{ active: false, title: 'Lead' }],
    });
    await workflow.deactivate();
    await workflow.activate();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(workflow.started).toHaveLength(3);
  });

  it('delivers again, with the same id, what had not ended, and what n8n could not start', async () => {
    const workflow = workflowWith({ token: TOKEN, state: newFile() });
    await workflow.activate();
    await workflow.call('POST', '/Users', user('ana@acme.test'));
    await until(() => workflow.started.length === 1);
    await workflow.deactivate();
    await workflow.activate();
    await until(() => workflow.started.length === 2);
    workflow.started[1]?.ended.reject(new Error('Connection terminated'));
    await until(() => workflow.started.length === 3, 10_000);
    const ids = workflow.started.map(({ event }) => event.id);
    expect(new Set(ids).size).toBe(1);
    workflow.started[2]?.ended.resolve(ended);
  }, 30_000);

  it('waits for an execution that ends soon after the workflow was switched off', async () => {
    const workflow = workflowWith({ token: TOKEN, state: newFile() });
    await workflow.activate();
    await workflow.call('POST', '/Users', user('ana@acme.test'));
    await until(() => workflow.started.length === 1);
    const off = workflow.deactivate();
    workflow.started[0]?.ended.resolve(ended);
    await off;
    await workflow.activate();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(workflow.started).toHaveLength(1);
  });

  it('starts for the chosen events only', async () => {
    const workflow = workflowWith({ token: TOKEN, state: newFile() }, { kinds: ['user.deactivated'] });
    await workflow.activate();
    const { body } = await workflow.call('POST', '/Users', user('ana@acme.test'));
    await workflow.call('DELETE', `/Users/${body.id}`);
    const second = await workflow.call('POST', '/Users', user('ben@acme.test'));
    await workflow.call('PATCH', `/Users/${second.body.id}`, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', value: { active: false } }],
    });
    await until(() => workflow.started.length > 0);
    expect(workflow.started.map(({ event }) => event.resourceId)).toEqual([second.body.id]);
    workflow.started[0]?.ended.resolve(ended);
  });

  it('refuses a wrong token, and takes the right one as Okta sends it', async () => {
    const workflow = workflowWith({ token: TOKEN, state: newFile() });
    await workflow.activate();
    const asked = async (authorization: string) =>
      (await workflow.call('GET', '/ServiceProviderConfig', undefined, { authorization })).status;
    expect(await asked('Bearer wrong')).toBe(401);
    const basic = `Basic ${Buffer.from(`okta:${TOKEN}`).toString('base64')}`;
    expect(await Promise.all([`Bearer ${TOKEN}`, TOKEN, basic].map(asked))).toEqual([200, 200, 200]);
    expect((await workflow.call('GET', '/Nothing')).body).toMatchObject({ status: '404' });
  });

  const wrong: [string, ICredentialDataDecryptedObject, RegExp][] = [
    ['no token', { state: '/tmp/people.db' }, /token is missing.*long random text/],
    ['a token with blanks', { token: 'a b', state: newFile() }, /without blanks/],
    ['no state', { token: TOKEN }, /state is missing.*postgres:\/\//],
    ['a file that depends on where n8n was started', { token: TOKEN, state: 'people.db' }, /from the root/],
    ['a folder that is not there', { token: TOKEN, state: '/nowhere/people.db' }, /nowhere/],
    ['another kind of database', { token: TOKEN, state: 'mysql://db/people' }, /cannot be in mysql/],
    [
      'a database that is away',
      { token: TOKEN, state: 'postgres://scim@127.0.0.1:9/people', databasePassword: 'p@ss-5f1' },
      /Postgres|database/,
    ],
  ];

  it.each(wrong)(
    'says what is wrong when it is activated, and answers 503: %s',
    async (_, credential, text) => {
      const workflow = workflowWith(credential);
      const failure = await workflow.activate().catch((error: Error) => error.message);
      expect(failure).toMatch(text);
      expect(failure).not.toContain('p@ss-5f1');
      const { status, body, response } = await workflow.call('GET', '/Users');
      expect({ status, body }).toMatchObject({ status: 503, body: { status: '503' } });
      expect(response.headers.get('retry-after')).toBe('30');
    },
  );

  it('tells whoever has a Node without SQLite to use Postgres', async () => {
    vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined as never);
    onTestFinished(() => void vi.restoreAllMocks());
    const workflow = workflowWith({ token: TOKEN, state: newFile() });
    await expect(workflow.activate()).rejects.toThrow(/Node .* has no SQLite.*postgres:\/\//);
  });

  it('does not touch the directory in a test run', async () => {
    const file = newFile();
    const workflow = workflowWith({ token: TOKEN, state: file });
    const tried = await workflow.call('POST', '/Users', user('ana@acme.test'), { mode: 'manual' });
    expect(tried.status).toBe(201);
    expect(tried.items).toMatchObject([
      { json: { kind: 'user.provisioned', after: { userName: 'ana@acme.test' } } },
    ]);
    const asked = await workflow.call('GET', '/Users', undefined, { mode: 'manual' });
    expect(asked.body.totalResults).toBe(0);
    expect(asked.items).toMatchObject([{ json: { kind: 'user.changed', id: expect.any(String) } }]);
    const stranger = { mode: 'manual' as const, authorization: 'Bearer wrong' };
    expect(await workflow.call('GET', '/Users', undefined, stranger)).toMatchObject({
      status: 401,
      items: undefined,
    });
    await workflow.activate();
    expect((await workflow.call('GET', '/Users')).body.totalResults).toBe(0);
  });

  it('tests the credential', async () => {
    const test = async (data: ICredentialDataDecryptedObject) =>
      type.methods?.credentialTest?.testProvisions?.call(new core.CredentialTestContext(), {
        ...{ id: '1', name: 'x', type: 'x', data },
      });
    expect(await test({ token: TOKEN, state: newFile() })).toEqual({
      status: 'OK',
      message: 'The state can be used. Users: 0',
    });
    const other = newFile();
    writeFileSync(other, 'no database at all, but long enough to be looked at '.repeat(20));
    expect(await test({ token: TOKEN, state: other })).toEqual({
      status: 'Error',
      message: expect.stringContaining('not a SQLite database'),
    });
  });
});
