import type { INodeParameters, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { NodeHelpers } from 'n8n-workflow';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { destructiveness } from '../../../src/actions/effect.ts';
import { actionOf } from '../../../src/connector.ts';
import { PACKAGE } from '../../../src/hosts/n8n/names.ts';
import { describeAction } from '../../../src/manifest/manifest.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';
import { clientOf, newProfile, type Client as Org } from '../../sandbox/support.ts';
import { recordedActions } from '../../support/replay.ts';
import { buildPackage, Engine } from './engine.ts';

const TOOL = { type: `${PACKAGE}.oktaConnectorTool` };
let sandbox: Sandbox;
let org: Org;
let engine: Engine;
let count = 0;

beforeAll(async () => {
  buildPackage();
  sandbox = await startSandbox();
  org = clientOf(sandbox);
  engine = await Engine.load({
    oktaConnectorTokenApi: { orgUrl: sandbox.orgUrl, token: sandbox.apiToken },
  });
  engine.addTool('oktaConnector');
}, 60_000);
afterAll(() => sandbox.close());

const properties = () => engine.nodes[TOOL.type]?.description.properties ?? [];

describe('L6 n8n: the node as a tool of an AI agent', () => {
  let user: string;
  const deletes = (more: INodeParameters = {}): INodeParameters => ({
    ...{ resource: 'user', operation: 'delete_user', ...more },
    userId: { __rl: true, mode: 'id', value: user },
  });
  const status = async () => (await org.get(`/api/v1/users/${user}`)).body.status;
  beforeEach(async () => {
    user = (
      await org.post('/api/v1/users', {
        profile: newProfile(`agent${count++}`),
        credentials: { password: { value: 'Quartz-83x-Temp' } },
      })
    ).body.id;
  });

  it('does not do what cannot be undone, and says who can', async () => {
    await org.control('DELETE', '/requests');
    const { error, items } = await engine.run(deletes(), { node: TOOL });
    expect(items).toEqual([]);
    expect(error?.message).toBe(
      '"Delete user" cannot be undone, and this agent may not do it: nothing was done',
    );
    expect(error?.description).toContain(
      'turn on "Let an Agent Do What Cannot Be Undone" under Options of the node "Okta"',
    );
    expect((await org.control('GET', '/requests')).body.requests).toEqual([]);
    expect(await status()).toBe('ACTIVE');
  });

  it('does it once a person turned the option on, and without it in a workflow without an agent', async () => {
    const options = { agentMayDestroy: true };
    const allowed = await engine.run(deletes({ options }), { node: TOOL });
    expect(allowed.error).toBeUndefined();
    expect(await status()).toBe('DEPROVISIONED');
    user = (
      await org.post('/api/v1/users', {
        profile: newProfile(`agent${count++}`),
        credentials: { password: { value: 'Quartz-83x-Temp' } },
      })
    ).body.id;
    expect((await engine.run(deletes())).error).toBeUndefined();
    expect(await status()).toBe('DEPROVISIONED');
  });

  it.each(['={{ true }}', '={{ $fromAI("sure", "", "boolean") }}', 'true', 1])(
    'takes no other value for the yes of a person: %s',
    async (agentMayDestroy) => {
      const { error } = await engine.run(deletes({ options: { agentMayDestroy } }), { node: TOOL });
      expect(error?.message).toMatch(/nothing was done|not valid|expression/i);
      expect(await status()).toBe('ACTIVE');
    },
  );

  it('gives the refusal to an agent that goes on after errors', async () => {
    const node = { ...TOOL, onError: 'continueRegularOutput' as const };
    const { items } = await engine.run(deletes(), { node });
    expect(items.map(({ json }) => json)).toMatchObject([
      { error: { code: 'not_supported', message: expect.stringContaining('nothing was done') } },
    ]);
  });

  it('judges by the input where only some inputs are final', async () => {
    const call = (method: string) =>
      engine.run(
        {
          ...{ resource: 'api', operation: 'call_api', path: `/api/v1/users/${user}` },
          additionalFields: { method },
        },
        { node: TOOL },
      );
    expect(destructiveness(actionOf('call_api'))).toBe('sometimes');
    expect((await call('GET')).error).toBeUndefined();
    expect((await call('DELETE')).error?.message).toContain('nothing was done');
    expect(await status()).toBe('ACTIVE');
  });

  it('reads and changes what can be changed back, as it always did', async () => {
    const one = { resource: 'user', userId: { __rl: true, mode: 'id', value: user } };
    const get = await engine.run({ ...one, operation: 'get_user' }, { node: TOOL });
    expect(get.items.map(({ json }) => json)).toMatchObject([{ id: user }]);
    const suspend = await engine.run({ ...one, operation: 'suspend_user' }, { node: TOOL });
    expect(suspend.error).toBeUndefined();
    expect(await status()).toBe('SUSPENDED');
  });

  it('tells the agent what each operation does to what, and which are final', () => {
    const { description } = engine.nodes[TOOL.type] as Engine['nodes'][string];
    const told = new Map(
      recordedActions.map((operation) => {
        const { resource } = describeAction(actionOf(operation));
        return [operation, NodeHelpers.makeDescription({ resource, operation }, description)];
      }),
    );
    expect(told.get('get_user')).toBe('Get user in Okta Connector');
    expect(told.get('delete_user')).toBe('Delete user irreversibly in Okta Connector');
    expect(new Set(told.values()).size).toBe(recordedActions.length);
    for (const [key, text] of told) {
      const isFinal = destructiveness(actionOf(key)) === 'always';
      expect(text.includes('irreversibly'), text).toBe(isFinal);
    }
  });

  it('has the option only as a tool, and says so above each operation that it is for', () => {
    const option = properties()
      .flatMap(({ name, options }) => (name === 'options' ? (options as INodeProperties[]) : []))
      .find(({ name }) => name === 'agentMayDestroy');
    expect(option).toMatchObject({ default: false, displayOptions: { show: { '@tool': [true] } } });
    const notices = properties().filter(({ name }) => name === 'agentNotice');
    const warned = notices.flatMap(({ displayOptions }) => displayOptions?.show?.operation ?? []);
    expect(warned.sort()).toEqual(
      recordedActions.filter((key) => destructiveness(actionOf(key)) !== 'never').sort(),
    );
    for (const { displayOptions } of notices) expect(displayOptions?.show?.['@tool']).toEqual([true]);
    const operations = properties().flatMap(({ name, options }) =>
      name === 'operation' ? (options as INodePropertyOptions[]) : [],
    );
    expect(operations).toHaveLength(recordedActions.length);
  });
});
