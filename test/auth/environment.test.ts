import { describe, expect, it } from 'vitest';
import { parseConnection } from '../../src/auth/connection.ts';
import { connectionFromEnvironment } from '../../src/auth/environment.ts';
import { InputError } from '../../src/errors/errors.ts';

const ORGURL = { OKTA_CLIENT_ORGURL: 'https://acme.okta.com' };
const SERVICE = {
  ...ORGURL,
  OKTA_CLIENT_AUTHORIZATIONMODE: 'PrivateKey',
  OKTA_CLIENT_CLIENTID: '0oa1',
  OKTA_CLIENT_PRIVATEKEY: '-----BEGIN PRIVATE KEY-----',
  OKTA_CLIENT_KEYID: 'kid1',
};

describe('the environment', () => {
  it('gives an API token, with or without a mode', () => {
    const expected = { orgUrl: 'https://acme.okta.com', auth: { type: 'api_token', token: '00t' } };
    const env = { ...ORGURL, OKTA_CLIENT_TOKEN: '00t' };
    expect(connectionFromEnvironment(env)).toEqual(expected);
    expect(connectionFromEnvironment({ ...env, OKTA_CLIENT_AUTHORIZATIONMODE: 'SSWS' })).toEqual(expected);
    expect(connectionFromEnvironment({ ...env, OKTA_CLIENT_AUTHORIZATIONMODE: ' ssws ' })).toEqual(expected);
  });

  it.each([
    ['okta.users.read okta.groups.read'],
    ['okta.users.read,okta.groups.read'],
    ['  okta.users.read,\tokta.groups.read\n'],
  ])('gives a service app; scopes may stand like %j', (scopes) => {
    expect(connectionFromEnvironment({ ...SERVICE, OKTA_CLIENT_SCOPES: scopes })).toEqual({
      orgUrl: 'https://acme.okta.com',
      auth: {
        type: 'client_credentials',
        clientId: '0oa1',
        privateKey: '-----BEGIN PRIVATE KEY-----',
        keyId: 'kid1',
        scopes: ['okta.users.read', 'okta.groups.read'],
      },
    });
  });

  it('takes scopes with a comma at the end', () => {
    const env = { ...SERVICE, OKTA_CLIENT_SCOPES: 'okta.users.read,' };
    expect(connectionFromEnvironment(env)).toMatchObject({ auth: { scopes: ['okta.users.read'] } });
  });

  it('knows a service app by its private key when no mode is set', () => {
    const { OKTA_CLIENT_AUTHORIZATIONMODE: _, ...env } = SERVICE;
    expect(connectionFromEnvironment(env)).toMatchObject({ auth: { type: 'client_credentials' } });
  });

  it('takes an empty variable for one that is not set', () => {
    const env = { ...ORGURL, OKTA_CLIENT_TOKEN: '  ', OKTA_CLIENT_AUTHORIZATIONMODE: '' };
    expect(connectionFromEnvironment(env)).toEqual({
      orgUrl: 'https://acme.okta.com',
      auth: { type: 'api_token', token: undefined },
    });
    expect(() => parseConnection(connectionFromEnvironment(env))).toThrow(
      expect.objectContaining({ causes: [expect.stringContaining('auth.token')] }),
    );
  });

  it('names what is missing or unknown', () => {
    expect(() => connectionFromEnvironment({})).toThrow(/OKTA_CLIENT_ORGURL is not set/);
    const env = { ...ORGURL, OKTA_CLIENT_AUTHORIZATIONMODE: 'Bearer-s3cr3t' };
    expect(() => connectionFromEnvironment(env)).toThrow(InputError);
    expect(() => connectionFromEnvironment(env)).toThrow(/neither SSWS nor PrivateKey/);
    expect(() => connectionFromEnvironment(env)).not.toThrow(/s3cr3t/);
  });

  it('is that of the process when none is given', () => {
    const before = process.env.OKTA_CLIENT_ORGURL;
    process.env.OKTA_CLIENT_ORGURL = 'https://env.okta.com';
    try {
      expect(connectionFromEnvironment()).toMatchObject({ orgUrl: 'https://env.okta.com' });
    } finally {
      if (before === undefined) delete process.env.OKTA_CLIENT_ORGURL;
      else process.env.OKTA_CLIENT_ORGURL = before;
    }
  });
});
