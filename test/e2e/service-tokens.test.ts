import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { control as controlOf, errorOf, run } from './command.ts';

let sandbox: Sandbox;
let folder: string;
let tokens: string;

const control = controlOf(() => sandbox);
const args = (name: string) => ['--connection', join(folder, `${name}.json`), '--tokens', tokens];
const search = (name: string) => run(['run', 'search_users', '--input', '{"limit":1}', ...args(name)]);

function connect(name: string, app: 'serviceApp' | 'dpopServiceApp', more: Record<string, unknown>): void {
  const { clientId, privateKey, keyId } = sandbox[app];
  const auth = {
    type: 'client_credentials',
    clientId,
    privateKey,
    keyId,
    scopes: ['okta.users.read'],
    ...more,
  };
  writeFileSync(join(folder, `${name}.json`), JSON.stringify({ orgUrl: sandbox.orgUrl, auth }), {
    mode: 0o600,
  });
}

async function asked(): Promise<number> {
  const { requests } = (await (await control('requests?path=/oauth2/v1/token', undefined, 'GET')).json()) as {
    requests: unknown[];
  };
  return requests.length;
}

beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'okta-connector-service-'));
  tokens = join(folder, 'tokens.json');
  connect('bearer', 'serviceApp', { dpop: false });
  connect('dpop', 'dpopServiceApp', { dpop: true });
  connect('other', 'serviceApp', { dpop: false, scopes: ['okta.users.read', 'okta.groups.read'] });
  await control('requests', undefined, 'DELETE');
  return () => rmSync(folder, { recursive: true });
});

describe('F2.6 --tokens with a service app', () => {
  it.each([
    ['bearer', 1],
    // The first one is answered with the nonce to use.
    ['dpop', 2],
  ])('a second process needs no token request (%s)', async (name, requests) => {
    for (const round of [1, 2]) {
      const { code, stderr } = await search(name);
      expect([round, code, stderr]).toEqual([round, 0, '']);
      expect(await asked()).toBe(requests);
    }
    expect(statSync(tokens).mode & 0o777).toBe(0o600);
  });

  it('four processes at the same time ask once', async () => {
    const ended = await Promise.all(Array.from({ length: 4 }, () => search('bearer')));
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect(await asked()).toBe(1);
  });

  it('another list of scopes asks for another token', async () => {
    await search('bearer');
    expect((await search('other')).code).toBe(0);
    expect(await asked()).toBe(2);
  });

  it('a token that was revoked is replaced, once for all', async () => {
    await search('bearer');
    const { accessToken } = JSON.parse(readFileSync(tokens, 'utf8'));
    await control('tokens/revoke', { token: accessToken });
    for (const _ of [1, 2]) expect((await search('bearer')).code).toBe(0);
    expect(await asked()).toBe(2);
    expect(readFileSync(tokens, 'utf8')).not.toContain(accessToken);
  });

  it('check asks Okta all the same', async () => {
    await search('bearer');
    expect((await run(['check', ...args('bearer')])).code).toBe(0);
    expect(await asked()).toBe(2);
  });

  it('a file that cannot be written stops nothing, and is told', async () => {
    tokens = '/sys/none/tokens.json';
    const { code, stderr } = await search('bearer');
    expect(code).toBe(0);
    expect(stderr).toContain('the tokens of the service app are kept in memory for now');
    expect(await asked()).toBe(1);
  });

  it('a file that is something else is left alone', async () => {
    writeFileSync(tokens, '{"name":"mine"}');
    const ended = await search('bearer');
    expect(ended.code).toBe(1);
    expect(errorOf(ended)).toMatchObject({ code: 'invalid_connection' });
    expect(readFileSync(tokens, 'utf8')).toBe('{"name":"mine"}');
    expect(await asked()).toBe(0);
  });
});
