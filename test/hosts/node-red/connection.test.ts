import { describe, expect, it } from 'vitest';
import { parseConnection } from '../../../src/auth/connection.ts';
import { connectionFrom } from '../../../src/hosts/node-red/connection-node.ts';
import { type NodeType, nodeTypes } from '../../../src/hosts/node-red/node-types.ts';
import { manifest } from '../../../src/manifest/manifest.ts';

const type = nodeTypes(manifest()).find((one) => one.kind === 'connection') as NodeType;
const from = (auth: Record<string, string> & { type: string }, secrets = {}) =>
  connectionFrom(type, { id: 'one', orgUrl: 'https://acme.okta.com', auth }, secrets);

const service = { type: 'client_credentials', clientId: '0oa1', scopes: 'okta.users.read, okta.logs.read' };
const signIn = { ...service, type: 'authorization_code', redirectUri: 'http://127.0.0.1:1880/callback' };
const key = { secret_privateKey: '{"kty":"RSA"}' };

describe('the connection that a form holds', () => {
  it('is made of texts', () => {
    expect(from({ ...service, keyId: ' ' }, key)).toEqual({
      orgUrl: 'https://acme.okta.com',
      auth: {
        ...{ type: 'client_credentials', clientId: '0oa1', privateKey: { kty: 'RSA' } },
        scopes: ['okta.users.read', 'okta.logs.read'],
      },
    });
  });

  it.each([
    [service, key, 'true', true],
    [service, key, 'false', false],
    [service, key, 'auto', 'auto'],
    [signIn, {}, 'true', true],
    [signIn, {}, 'false', false],
  ])('%j, %j takes DPoP %j', (auth, secrets, text, dpop) => {
    expect(parseConnection(from({ ...auth, dpop: text }, secrets)).auth).toMatchObject({ dpop });
  });

  it.each([[service, key] as const, [signIn, {}] as const])('%j refuses any other DPoP', (auth, secrets) => {
    expect(() => parseConnection(from({ ...auth, dpop: 'yes' }, secrets))).toThrow('not complete');
  });

  it('names what is missing as the form does', () => {
    const { scopes: _, ...rest } = service;
    expect(() => from(rest)).toThrow('missing: Private key, Scopes');
  });
});
