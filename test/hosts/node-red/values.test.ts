import { createRequire } from 'node:module';
import { describe, expect, it, vi } from 'vitest';
import { type NodeType, nodeTypes, operationOf } from '../../../src/hosts/node-red/node-types.ts';
import type { NodeRed, RuntimeNode } from '../../../src/hosts/node-red/red.ts';
import { operationInput, type StoredValues } from '../../../src/hosts/node-red/values.ts';
import { manifest } from '../../../src/manifest/manifest.ts';

const operations = nodeTypes(manifest()).flatMap((type) => type.operations);

vi.stubEnv('LIMIT', '25');
vi.stubEnv('CONDITIONS', '[{"attribute":"id","operator":"pr"}]');
vi.stubEnv('PROFILE', '{"city":"Bern"}');
vi.stubEnv('EMPTY', '');

/** Node-RED's own evaluation. */
const { util } = createRequire(import.meta.url)('@node-red/util');
const RED = { util } as NodeRed;

const read = (key: string, stored: StoredValues, message = {}, credentials = {}) => {
  const operation = operations.find((one) => one.key === key);
  if (!operation) throw new Error(`no operation ${key}`);
  return operationInput(RED, { credentials } as RuntimeNode, operation, stored, message);
};

describe('the input of a node', () => {
  it('takes typed values, values of the message and secrets to where they belong', async () => {
    const stored = {
      'profile.login': { type: 'msg', value: 'payload.mail' },
      'profile.email': { type: 'str', value: 'a@acme.test' },
      'profile.title': { type: 'null', value: '' },
      'credentials.password.value': { type: 'cred', value: '' },
      groupIds: { type: 'pick', value: '00g1,00g2', label: 'Sales, Everyone' },
      activate: { type: 'bool', value: 'false' },
      nextLogin: { type: 'choice', value: 'changePassword' },
    };
    const secrets = { secret_credentials_password_value: 'Temp-83x!Q' };
    expect(await read('create_user', stored, { payload: { mail: 'ana@acme.test' } }, secrets)).toEqual({
      profile: { login: 'ana@acme.test', email: 'a@acme.test', title: null },
      credentials: { password: { value: 'Temp-83x!Q' } },
      groupIds: ['00g1', '00g2'],
      activate: false,
      nextLogin: 'changePassword',
    });
  });

  it('leaves out what the message does not have, and what belongs to another operation', async () => {
    const stored = { userId: { type: 'msg', value: 'user.id' }, limit: { type: 'num', value: '3' } };
    expect(await read('get_user', stored, {})).toEqual({});
    expect(await read('list_user_groups', stored, { user: { id: '00u1' } })).toEqual({
      userId: '00u1',
      limit: 3,
    });
  });

  it('joins a whole profile from the message with single attributes, and leaves the message alone', async () => {
    const message = { payload: { login: 'b@acme.test', department: 'Sales' } };
    const stored = {
      userId: { type: 'str', value: '00u1' },
      profile: { type: 'msg', value: 'payload' },
      'profile.department': { type: 'str', value: 'Legal' },
      'profile.badgeId': { type: 'str', value: '77' },
    };
    expect(await read('update_user', stored, message)).toEqual({
      userId: '00u1',
      profile: { login: 'b@acme.test', department: 'Legal', badgeId: '77' },
    });
    expect(message.payload.department).toBe('Sales');
  });

  it('makes numbers, booleans, lists and JSON of texts', async () => {
    expect(
      await read('list_group_members', {
        groupId: { type: 'str', value: 'Sales' },
        limit: { type: 'env', value: 'LIMIT' },
      }),
    ).toEqual({ groupId: 'Sales', limit: 25 });
    expect(await read('new_event', { eventTypes: { type: 'str', value: 'a.b, c.d;e.f' } })).toEqual({
      eventTypes: ['a.b', 'c.d', 'e.f'],
    });
    expect(
      await read('search_users', { conditions: { type: 'json', value: '[{"attribute":"id"}]' } }),
    ).toEqual({
      conditions: [{ attribute: 'id' }],
    });
  });

  it('makes texts of numbers and booleans, as CSV nodes tell zip codes, and of no other value', async () => {
    const payload = { login: 'c@acme.test', zipCode: 8001, employeeNumber: 123, manager: { id: 1 }, desk: 7 };
    const stored = {
      userId: { type: 'jsonata', value: '42' },
      profile: { type: 'msg', value: 'payload' },
      'profile.costCenter': { type: 'msg', value: 'payload.desk' },
      'profile.city': { type: 'jsonata', value: 'null' },
    };
    expect(await read('update_user', stored, { payload })).toEqual({
      userId: '42',
      profile: {
        ...{ login: 'c@acme.test', zipCode: '8001', employeeNumber: '123', costCenter: '7', city: null },
        // Not ours to guess: an object, and an attribute that only the org knows.
        ...{ manager: { id: 1 }, desk: 7 },
      },
    });
    expect(payload.zipCode).toBe(8001);
  });

  it('tells which operation is not there', () => {
    const type = { kind: 'action', operations } as NodeType;
    expect(() => operationOf(type, 'make_coffee')).toThrow(
      'This version of the package has no operation make_coffee',
    );
    expect(() => operationOf(type, '')).toThrow('No operation is selected');
  });

  it('makes a list of rows, each with values from anywhere', async () => {
    const rows = [
      {
        attribute: { type: 'str', value: 'profile.department' },
        operator: { type: 'choice', value: 'eq' },
        value: { type: 'msg', value: 'payload.department' },
      },
      {
        attribute: { type: 'str', value: 'profile.level' },
        operator: { type: 'choice', value: 'gt' },
        value: { type: 'num', value: '5' },
      },
    ];
    const stored = { conditions: { type: 'rows', value: '', rows } };
    expect(await read('search_users', stored, { payload: { department: 'Sales' } })).toEqual({
      conditions: [
        { attribute: 'profile.department', operator: 'eq', value: 'Sales' },
        { attribute: 'profile.level', operator: 'gt', value: 5 },
      ],
    });
    const broken = {
      conditions: { type: 'rows', value: '', rows: [{ value: { type: 'num', value: 'x' } }] },
    };
    await expect(read('search_users', broken)).rejects.toThrow('Value: is not a number');
  });

  it('reads lists of rows and whole profiles from the environment', async () => {
    const rows = { conditions: { type: 'env', value: 'CONDITIONS' } };
    expect(await read('search_users', rows)).toEqual({ conditions: [{ attribute: 'id', operator: 'pr' }] });
    const profile = { userId: { type: 'str', value: '00u1' }, profile: { type: 'env', value: 'PROFILE' } };
    expect(await read('update_user', profile)).toEqual({ userId: '00u1', profile: { city: 'Bern' } });
  });

  it('leaves out what the environment does not have', async () => {
    const stored = {
      userId: { type: 'str', value: '00u1' },
      'profile.department': { type: 'env', value: 'NOT_THERE' },
      'profile.city': { type: 'env', value: 'EMPTY' },
    };
    expect(await read('update_user', stored)).toEqual({ userId: '00u1' });
  });

  it('takes what Node-RED put in from a subflow as it is', async () => {
    const put = (value: unknown) => value as string;
    const stored = {
      'profile.deskNumber': { type: 'num', value: put(5) },
      'credentials.password.hash': { type: 'json', value: put({ algorithm: 'MD5' }) },
    };
    expect(await read('update_user', stored)).toEqual({
      profile: { deskNumber: 5 },
      credentials: { password: { hash: { algorithm: 'MD5' } } },
    });
  });

  it('takes times as Inject and function nodes tell them', async () => {
    const since = (time: unknown) =>
      read('list_logons_by_ip', { since: { type: 'msg', value: 'time' } }, { time });
    const text = '2026-11-22T08:00:00.000Z';
    for (const time of [text, Date.parse(text), new Date(text)])
      expect(await since(time)).toEqual({ since: text });
    expect(await since(Number.NaN)).toEqual({ since: Number.NaN });
  });

  it('refuses to go on without a secret that did not come along', async () => {
    const stored = { 'credentials.password.value': { type: 'cred', value: '' } };
    await expect(read('create_user', stored)).rejects.toThrow('Password: the secret is missing');
  });

  it('takes an empty number for none, and refuses what is no number', async () => {
    const number = (value: string) => read('update_user', { 'profile.deskNumber': { type: 'num', value } });
    expect(await number('')).toEqual({});
    expect(await number('0')).toEqual({ profile: { deskNumber: 0 } });
    await expect(number('5x')).rejects.toThrow('deskNumber: is not a number');
  });

  it("splits lists among the org's own attributes", async () => {
    const skills = { type: 'str', value: 'a, b', kind: 'list' as const };
    expect(await read('update_user', { 'profile.skills': skills })).toEqual({
      profile: { skills: ['a', 'b'] },
    });
  });

  it("makes of values what the org's own attributes are", async () => {
    const own = (value: string, kind: 'string' | 'integer' | 'boolean') => ({ type: 'msg', value, kind });
    const stored = {
      'profile.badgeId': own('badge', 'string'),
      'profile.deskNumber': own('desk', 'integer'),
      'profile.contractor': own('contractor', 'boolean'),
    };
    expect(await read('update_user', stored, { badge: 77, desk: '42', contractor: 'true' })).toEqual({
      profile: { badgeId: '77', deskNumber: 42, contractor: true },
    });
  });

  it('names the field that cannot be read', async () => {
    const broken = { conditions: { type: 'json', value: '{' } };
    await expect(read('search_users', broken)).rejects.toThrow('Conditions: is not valid JSON');
    const unknown = { search: { type: 'jsonata', value: 'x(' } };
    await expect(read('search_users', unknown)).rejects.toThrow(
      'Search expression: jsonata "x(" cannot be read',
    );
  });
});
