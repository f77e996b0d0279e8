import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { effectFor } from '../../src/actions/effect.ts';
import { parseInput } from '../../src/actions/run.ts';
import type { Client } from '../../src/client.ts';
import { connect } from '../../src/connect.ts';
import { actionOf } from '../../src/connector.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { all } from '../bulk/support.ts';
import { clientOf } from '../sandbox/support.ts';

let sandbox: Sandbox;
let okta: Client;
const control = (method: string, path: string, body?: unknown) =>
  clientOf(sandbox).control(method, path, body);

beforeAll(async () => {
  sandbox = await startSandbox();
});
afterEach(async () => {
  okta?.close();
  await control('DELETE', '/faults');
});
afterAll(() => sandbox.close());

/** A client of its own, as schemas are kept. */
const open = () => {
  okta = connect({ orgUrl: sandbox.orgUrl, auth: { type: 'api_token', token: sandbox.apiToken } });
  return okta;
};

const profileOf = (name: string) => ({
  ...{ login: `${name}@acme.test`, email: `${name}@acme.test`, firstName: name, lastName: 'Schema' },
});

describe('F1.11 a required attribute that has a default', () => {
  const properties = { site: { title: 'Site', type: 'string', required: true, default: 'MAD' } };

  it('is asked of nobody: run, dry run, bulk and forms', async () => {
    const client = open();
    const path = '/api/v1/meta/schemas/user/default';
    const body = { definitions: { custom: { properties } } };
    await client.run('call_api', { method: 'POST', path, body });
    expect((await client.fields())?.find(({ name }) => name === 'site')).toMatchObject({ required: false });
    const input = (name: string) => ({ profile: profileOf(name), activate: false });
    const created = await client.run('create_user', input('one'));
    expect(created).toMatchObject({ profile: { site: 'MAD' } });
    const [foretold] = await all(client.bulk('create_user', [input('two')], { dryRun: true }));
    expect(foretold).toMatchObject({ status: 'ok', would: { method: 'POST' } });
    const [done] = await all(client.bulk('create_user', [input('two')]));
    expect(done).toMatchObject({ status: 'ok', output: { profile: { site: 'MAD' } } });
    await client.run('call_api', {
      ...{ method: 'POST', path },
      body: { definitions: { custom: { properties: { site: null } } } },
    });
  });
});

describe('F1.11 a schema that cannot be understood keeps nobody from writing', () => {
  const answers: [string, (real: Real) => unknown][] = [
    ['nothing', () => ({})],
    ['null', () => null],
    ['no-definitions', () => ({ definitions: { base: null, custom: null } })],
    ['unknown-type', (real) => withCity(real, { type: 'country code' })],
    ['no-custom', ({ definitions: { base } }) => ({ definitions: { base, custom: null } })],
  ];
  interface Real {
    definitions: { base: { properties: object }; custom: unknown };
  }
  const withCity = ({ definitions: { base, custom } }: Real, city: unknown) => ({
    definitions: { base: { ...base, properties: { ...base.properties, city } }, custom },
  });

  it.each(answers)('%s', async (name, answerOf) => {
    const { body: real } = await clientOf(sandbox).get('/api/v1/meta/schemas/user/default');
    const body = answerOf(real);
    const fault = { kind: 'status', status: 200, body };
    await control('POST', '/faults', { method: 'GET', path: '/api/v1/meta/schemas/user', fault, times: 99 });
    const client = open();
    const profile = { ...profileOf(name), city: 'Bonn' };
    const userId = profile.login;
    expect(await client.run('create_user', { profile, activate: false })).toMatchObject({ profile });
    await client.run('update_user', { userId, profile: { ...profile, city: 'Rome' }, replace: true });
    const rows = [{ userId, profile: { city: 'Oslo' } }];
    const [row] = await all(client.bulk('update_user', rows, { dryRun: true }));
    expect(row).toMatchObject({ status: 'ok', changed: true, would: { differs: ['city'] } });
    const fields = await client.fields();
    if (Object.keys((body as Partial<Real>)?.definitions?.base ?? {}).length === 0)
      expect(fields).toBeUndefined();
    else expect(fields?.find((one) => one.name === 'city')).toMatchObject({ type: 'string' });
  });

  it('what it does say is checked all the same', async () => {
    const { body: real } = await clientOf(sandbox).get('/api/v1/meta/schemas/user/default');
    const fault = { kind: 'status', status: 200, body: withCity(real, { type: 'country code' }) };
    await control('POST', '/faults', { method: 'GET', path: '/api/v1/meta/schemas/user', fault, times: 99 });
    const profile = { ...profileOf('checked'), city: 'Bonn', shirtSize: 'XXXL', nope: 1 };
    await expect(open().run('create_user', { profile })).rejects.toMatchObject({
      code: 'invalid_input',
      causes: [
        expect.stringContaining('profile.shirtSize: must be one of'),
        expect.stringContaining('profile.nope'),
      ],
    });
  });
});

describe('F1.11 credentials.password: {} is no password', () => {
  const empty = { password: {} };

  it.each(['create_user', 'update_user'])('%s: credentials without a value are none', (key) => {
    const given = { userId: 'ana@acme.test', profile: profileOf('ana') };
    const { userId: _, ...created } = given;
    const action = actionOf(key);
    const parse = (credentials: unknown) =>
      parseInput(action, { ...(key === 'create_user' ? created : given), credentials }) as Record<
        string,
        unknown
      >;
    for (const nothing of [empty, {}, { password: { value: undefined } }, { password: undefined }]) {
      expect(parse(nothing).credentials).toBeUndefined();
      expect(effectFor(action, parse(nothing))).toEqual(effectFor(action, parse(undefined)));
    }
    const provider = { type: 'OKTA', name: 'OKTA' };
    expect(JSON.stringify(parse({ ...empty, provider }).credentials)).toBe(JSON.stringify({ provider }));
    expect(() => parse({ password: { value: 'a', hook: {} } })).toThrow('is not valid');
    expect(() => parse({ password: { valeu: 'a' } })).toThrow('is not valid');
    expect(() => parse({ password: { value: '' } })).toThrow('is not valid');
  });

  it('creates a user without one, and changes none', async () => {
    const client = open();
    const profile = profileOf('empty');
    const userId = profile.login;
    const created = await client.run('create_user', { profile, credentials: empty });
    expect(created).toMatchObject({ status: 'PROVISIONED', credentials: { provider: { type: 'OKTA' } } });
    expect(created).not.toHaveProperty('credentials.password');
    await expect(client.run('update_user', { userId, credentials: empty })).rejects.toMatchObject({
      message: 'There is nothing to update',
    });
    await expect(
      client.run('create_user', { profile, credentials: empty, nextLogin: 'changePassword' }),
    ).rejects.toMatchObject({ code: 'invalid_input' });
    const rows = [{ userId, profile: { firstName: profile.firstName }, credentials: empty }];
    const [row] = await all(client.bulk('update_user', rows, { dryRun: true }));
    expect(row).toMatchObject({ status: 'ok', changed: false });
  });
});
