import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeProtectedHeader } from 'jose';
import { describe, expect, it, onTestFinished } from 'vitest';
import { authOf } from '../../src/auth/authorizer.ts';
import { fingerprint } from '../../src/auth/bound-tokens.ts';
import type { CheckedConnection } from '../../src/auth/connection.ts';
import { fileTokenStore } from '../../src/auth/token-file.ts';
import { memoryTokenStore, type TokenStore, type Tokens } from '../../src/auth/token-source.ts';
import { OktaError } from '../../src/errors/errors.ts';
import { fakeClock, START } from '../support/fake-clock.ts';
import { answer, rejection, request, scripted } from '../support/server.ts';

const pemOf = () =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();
const PEM = pemOf();
const SERVICE: CheckedConnection = {
  orgUrl: 'https://acme.okta.com',
  corrections: [],
  auth: {
    type: 'client_credentials',
    clientId: '0oa1service',
    privateKey: PEM,
    scopes: ['okta.users.read', 'okta.groups.read'],
    dpop: 'auto',
  },
};
const SIGN_IN: CheckedConnection = {
  orgUrl: 'https://acme.okta.com',
  corrections: [],
  auth: {
    type: 'authorization_code',
    clientId: '0oa1web',
    scopes: ['okta.users.read'],
    redirectUri: 'http://127.0.0.1:8484/callback',
    dpop: false,
  },
};
const service = (auth: Record<string, unknown>): CheckedConnection =>
  ({ ...SERVICE, auth: { ...SERVICE.auth, ...auth } }) as CheckedConnection;

/** An org that gives at1, at2, ... and what a process with this store and connection does with it. */
function org({ type = 'DPoP', scope = 'okta.users.read okta.groups.read' } = {}) {
  const clock = { ...fakeClock(), sleep: async () => {} };
  let issued = 0;
  let isDown = false;
  const { send, requests } = scripted(() => {
    if (isDown) return answer(401, { body: { error: 'invalid_client', error_description: 'gone' } });
    issued += 1;
    const body = { access_token: `at${issued}`, token_type: type, expires_in: 3600, scope };
    return answer(200, { body });
  });
  const told: string[] = [];
  const start = (tokenStore: TokenStore, connection = SERVICE) => {
    const retry = { clock, maxRetries: 0, maxWaitMs: 1 };
    const { authorizer, source } = authOf(connection, {
      ...{ send, clock, tokenStore, retry },
      notice: (text) => told.push(text),
    });
    return { ...authorizer, source, sign: () => authorizer.headers(request()) };
  };
  return {
    ...{ clock, requests, told, start },
    break: () => {
      isDown = true;
    },
  };
}
const tokenOf = (headers: Record<string, string>) => headers.Authorization?.split(' ')[1];
const keyOf = ({ DPoP = '' }: Record<string, string>) => decodeProtectedHeader(DPoP).jwk?.x;

describe('F2.6 the token of a service app in a store', () => {
  it.each(['DPoP', 'Bearer'])('serves a second process without a token request: %s', async (type) => {
    const { start, requests } = org({ type });
    const store = memoryTokenStore();
    const first = await start(store).sign();
    const second = await start(store).sign();
    expect(second.Authorization).toBe(`${type} at1`);
    expect(requests).toHaveLength(1);
    if (type === 'DPoP') expect(keyOf(second)).toBe(keyOf(first));
    else expect(await store.read()).not.toHaveProperty('dpopKey');
  });

  it('lies with its key in a file that only its owner can read; the private key of the app does not', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'okta-service-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const file = join(folder, 'state', 'tokens.json');
    const { start, requests } = org();
    const first = await start(fileTokenStore(file)).sign();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const text = await readFile(file, 'utf8');
    expect(JSON.parse(text).dpopKey).toMatchObject({ kty: 'EC', d: expect.any(String), x: keyOf(first) });
    expect(text).not.toContain(PEM.split('\n')[1]);
    expect(tokenOf(await start(fileTokenStore(file)).sign())).toBe('at1');
    expect(requests).toHaveLength(1);
  });

  it('is renewed with the same key by whoever comes first before its end, for all', async () => {
    const { start, requests, clock } = org();
    const store = memoryTokenStore();
    const a = start(store);
    const b = start(store);
    const before = await a.sign();
    await b.sign();
    clock.set(START + 3_600_000 - 200_000);
    const after = await a.sign();
    expect([tokenOf(after), tokenOf(await b.sign())]).toEqual(['at2', 'at2']);
    expect(keyOf(after)).toBe(keyOf(before));
    expect(requests).toHaveLength(2);
  });

  it.each<[string, CheckedConnection]>([
    ['another org', { ...SERVICE, orgUrl: 'https://other.okta.com' }],
    ['another client', service({ clientId: '0oa2service' })],
    ['other scopes', service({ scopes: ['okta.users.read'] })],
    ['another key id', service({ keyId: 'k2' })],
    ['another private key', service({ privateKey: pemOf() })],
    ['another DPoP mode', service({ dpop: true })],
  ])('is not used by a connection with %s', async (_, other) => {
    const { start, requests } = org();
    const store = memoryTokenStore();
    await start(store).sign();
    expect(tokenOf(await start(store, other).sign())).toBe('at2');
    expect(requests).toHaveLength(2);
  });

  it('is used whatever the order of the scopes and the spelling of the key', async () => {
    const { start, requests } = org();
    const store = memoryTokenStore();
    await start(store).sign();
    const scopes = ['okta.groups.read', 'okta.users.read', 'okta.users.read'];
    await start(store, service({ scopes, privateKey: PEM.replaceAll('\n', '\\n') })).sign();
    expect(requests).toHaveLength(1);
  });

  it('with fewer scopes than asked for is not kept for others: they may have been granted since', async () => {
    const { start, requests } = org({ scope: 'okta.users.read' });
    const store = memoryTokenStore();
    const one = start(store);
    await one.sign();
    await one.sign();
    expect(requests).toHaveLength(1);
    expect(tokenOf(await start(store).sign())).toBe('at2');
  });

  it('without a scope in the answer has those that were asked for', async () => {
    const { start, requests } = org({ scope: '' });
    const store = memoryTokenStore();
    await start(store).sign();
    await start(store).sign();
    expect(requests).toHaveLength(1);
  });

  it('that is refused is renewed once, and nobody else gets it', async () => {
    const { start, requests } = org();
    const store = memoryTokenStore();
    const [a, b] = [start(store), start(store)];
    const [old, same] = [await a.sign(), await b.sign()];
    await a.refused(old, answer(401));
    await b.refused(same, answer(401));
    const after = [tokenOf(await a.sign()), tokenOf(await b.sign()), tokenOf(await start(store).sign())];
    expect(after).toEqual(['at2', 'at2', 'at2']);
    expect(requests).toHaveLength(2);
  });

  it('that is refused is not left to others when there is no other', async () => {
    const { start, requests, break: end } = org();
    const store = memoryTokenStore();
    const one = start(store);
    await one.refused(await one.sign(), answer(401));
    end();
    await rejection(one.sign());
    expect(await rejection(start(store).sign())).toMatchObject({ oktaCode: 'invalid_client' });
    expect(requests).toHaveLength(3);
  });

  it('is not what a test of the connection goes by: it asks Okta', async () => {
    const { start, break: end } = org();
    const store = memoryTokenStore();
    await start(store).sign();
    end();
    const { sign, source } = start(store);
    expect(tokenOf(await sign())).toBe('at1');
    expect(await rejection(source?.get() as Promise<Tokens>)).toMatchObject({ oktaCode: 'invalid_client' });
  });

  it('without the key it is bound to is not used', async () => {
    const { start } = org();
    const store = memoryTokenStore();
    await start(store).sign();
    await store.write({ ...(await store.read()), dpopKey: undefined } as Tokens);
    expect(tokenOf(await start(store).sign())).toBe('at2');
  });
});

describe('F2.6 a store of a service app that fails', () => {
  const down = async (): Promise<never> => {
    throw new Error('ECONNREFUSED');
  };

  it.each(['read', 'write', 'exclusively'] as const)('for a moment fails no call: %s', async (member) => {
    const { start, requests, told, clock } = org();
    const store = memoryTokenStore();
    const failing: TokenStore = { ...store, [member]: down };
    const one = start(failing);
    expect(tokenOf(await one.sign())).toBe('at1');
    expect(tokenOf(await one.sign())).toBe('at1');
    clock.set(START + 3_590_000);
    expect(tokenOf(await one.sign())).toBe('at2');
    expect(requests).toHaveLength(2);
    expect(told[0]).toBe('ECONNREFUSED; the tokens of the service app are kept in memory for now');
    // Once for as long as nothing can be stored.
    if (member === 'write') expect(told).toHaveLength(1);
    failing[member] = store[member] as never;
    clock.set(START + 2 * 3_590_000);
    await one.sign();
    expect(tokenOf(await start(failing).sign())).toBe('at3');
    expect(requests).toHaveLength(3);
  });

  it('does not bring a refused token back', async () => {
    const { start, break: end } = org();
    const store = memoryTokenStore();
    const failing: TokenStore = { ...store };
    const one = start(failing);
    const first = await one.sign();
    failing.write = down;
    await one.refused(first, answer(401));
    const second = await one.sign();
    await one.refused(second, answer(401));
    expect([first, second, await one.sign()].map(tokenOf)).toEqual(['at1', 'at2', 'at3']);
    await one.refused({ Authorization: 'DPoP at3' }, answer(401));
    end();
    await rejection(one.sign());
    await rejection(one.sign());
  });

  it('does not hide what the token endpoint said, nor asks it twice', async () => {
    const { start, break: end, requests } = org();
    end();
    expect(await rejection(start(memoryTokenStore()).sign())).toMatchObject({ oktaCode: 'invalid_client' });
    expect(requests).toHaveLength(1);
  });

  it('because it is something else is told before a token is asked for', async () => {
    const { start, requests } = org();
    const wrong = new OktaError('not a token file', { code: 'invalid_connection', actor: 'caller' });
    const read = async () => {
      throw wrong;
    };
    expect(await rejection(start({ ...memoryTokenStore(), read }).sign())).toBe(wrong);
    expect(requests).toHaveLength(0);
  });
});

describe('F2.6 sign-in and service app with one store', () => {
  const signedIn: Tokens = {
    accessToken: 'of-ana',
    tokenType: 'Bearer',
    expiresAt: START + 3_600_000,
    scope: 'okta.users.read',
    refreshToken: 'r-ana',
  };

  it('a service app does not overwrite a sign-in', async () => {
    const { start, requests } = org();
    const store = memoryTokenStore(signedIn);
    expect(await rejection(start(store).sign())).toMatchObject({
      name: 'InputError',
      code: 'invalid_connection',
      message: expect.stringContaining('holds a sign-in'),
    });
    expect(requests).toHaveLength(0);
    expect(await store.read()).toEqual(signedIn);
  });

  it('a person does not act as the service app', async () => {
    const { start } = org();
    const store = memoryTokenStore();
    await start(store).sign();
    expect((await rejection(start(store, SIGN_IN).sign())).message).toContain('not been signed in yet');
  });

  it('the token of a person goes to no other org or app; one that 0.1.0 stored still serves', async () => {
    const { start } = org();
    expect(tokenOf(await start(memoryTokenStore(signedIn), SIGN_IN).sign())).toBe('of-ana');
    const madeFor = fingerprint(SIGN_IN.orgUrl, '0oa1web');
    const store = memoryTokenStore({ ...signedIn, madeFor });
    expect(tokenOf(await start(store, SIGN_IN).sign())).toBe('of-ana');
    const elsewhere = { ...SIGN_IN, orgUrl: 'https://other.okta.com' };
    expect((await rejection(start(store, elsewhere).sign())).message).toContain('not been signed in yet');
  });

  it('a renewed sign-in says whose it is', async () => {
    const { start } = org({ type: 'Bearer' });
    const store = memoryTokenStore({ ...signedIn, expiresAt: 0 });
    await start(store, SIGN_IN).sign();
    expect(await store.read()).toMatchObject({
      refreshToken: 'r-ana',
      madeFor: fingerprint(SIGN_IN.orgUrl, '0oa1web'),
    });
  });
});
