import type { ILoadOptionsFunctions } from 'n8n-workflow';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { appAssignment } from '../../src/resources/app-assignment/resource.ts';

const { client } = vi.hoisted(() => ({ client: { current: undefined as unknown } }));

vi.mock('../../src/hosts/n8n/runtime/client.ts', () => ({ clientOf: async () => client.current }));

const { connect } = await import('../../src/connect.ts');
const { connector } = await import('../../src/connector.ts');
const { manifest } = await import('../../src/manifest/manifest.ts');
const { nodeTypes } = await import('../../src/hosts/node-red/node-types.ts');
const { getProfileAttributes } = await import('../../src/hosts/n8n/runtime/lookups.ts');
const { startSandbox } = await import('../../src/sandbox/index.ts');
const { jsonServer } = await import('../support/json-server.ts');

let close: () => Promise<void>;
let asked: string[];

beforeAll(async () => {
  const sandbox = await startSandbox();
  const server = await jsonServer((path) => ({
    definitions: { custom: { properties: { seat: { title: 'Seat', type: 'string' } } } },
    path,
  }));
  asked = server.asked;
  const auth = { type: 'api_token' as const, token: sandbox.apiToken };
  const [org, apps] = [connect({ orgUrl: sandbox.orgUrl, auth }), connect({ orgUrl: server.url, auth })];
  client.current = {
    fields: (type: string, options: { resource?: string }) =>
      (options.resource === 'app_assignment' ? apps : org).fields(type, options),
  };
  close = async () => {
    org.close();
    apps.close();
    await Promise.all([sandbox.close(), server.close()]);
  };
});

afterAll(() => close());

const offered = async (parameters: Record<string, unknown>) => {
  const context = {
    getNodeParameter: (name: string) => parameters[name],
    getNode: () => ({ parameters, name: 'Okta' }),
  } as unknown as ILoadOptionsFunctions;
  const { fields } = await getProfileAttributes.call(context);
  return fields.map(({ id }) => id);
};

describe('F2.1 an input named profile', () => {
  it('takes the attributes of its own object in the manifest', () => {
    const found = manifest().actions.filter(({ key }) =>
      ['create_group', 'assign_user_to_app'].includes(key),
    );
    expect(found.map((one) => one.attributes)).toEqual([
      { profile: { resource: 'group', required: ['name'] } },
      { profile: { resource: 'app_assignment', by: 'appId' } },
    ]);
    expect(connector.resources).toContain(appAssignment);
  });

  it('offers the attributes of groups in n8n, not those of users', async () => {
    const names = await offered({ operation: 'create_group' });
    expect(names).toEqual(['name', 'description', 'costCenter']);
  });

  it('offers the attributes of the chosen app in n8n', async () => {
    const appId = { __rl: true, mode: 'list', value: '0oa1abcdefghijklmnop' };
    expect(await offered({ operation: 'assign_user_to_app', appId })).toEqual(['seat']);
    expect(asked).toEqual(['/api/v1/meta/schemas/apps/0oa1abcdefghijklmnop/default']);
  });

  it('says in Node-RED whose attributes they are', () => {
    const operations = nodeTypes(manifest()).flatMap((type) => type.operations);
    const fieldsOf = (key: string) => operations.find((one) => one.key === key)?.fields ?? [];
    expect(fieldsOf('create_group').find(({ name }) => name === 'profile')).toMatchObject({
      kind: 'attributes',
      attributesOf: { resource: 'group' },
    });
    expect(fieldsOf('assign_user_to_app').find(({ name }) => name === 'profile')).toMatchObject({
      kind: 'attributes',
      attributesOf: { resource: 'app_assignment', by: 'appId' },
    });
  });
});
