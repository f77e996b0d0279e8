import { describe, expect, it } from 'vitest';
import { parseConnection } from '../../src/auth/connection.ts';
import { credentialMark } from '../../src/auth/credential-mark.ts';

const orgUrl = 'https://acme.okta.com';
const token = (one: string) =>
  credentialMark(parseConnection({ orgUrl, auth: { type: 'api_token', token: one } }));
const service = (clientId: string, more: object = {}) =>
  credentialMark(
    parseConnection({
      orgUrl,
      auth: { type: 'client_credentials', clientId, privateKey: 'key', scopes: ['okta.logs.read'], ...more },
    }),
  );

describe('F2 the mark of a credential', () => {
  it('is short, and the same every time', () => {
    expect(token('00secretToken')).toMatch(/^[\w-]{12}$/);
    expect(token('00secretToken')).toBe(token('00secretToken'));
  });

  it('tells API tokens, apps, and one from the other', () => {
    const marks = [token('a'), token('b'), service('a'), service('b')];
    expect(new Set(marks).size).toBe(4);
  });

  it('of an app stays when its key, secret or scopes change, and however its tokens are got', () => {
    const same = service('0oa1');
    expect(service('0oa1', { privateKey: 'another', keyId: 'k2', scopes: ['okta.users.read'] })).toBe(same);
    const signIn = (clientSecret: string) =>
      credentialMark(
        parseConnection({
          orgUrl,
          auth: {
            ...{ type: 'authorization_code', clientId: '0oa1', clientSecret, scopes: ['okta.users.read'] },
            redirectUri: 'http://127.0.0.1/callback',
          },
        }),
      );
    expect([signIn('x'), signIn('y')]).toEqual([same, same]);
  });
});
