import { InputError } from '../errors/errors.ts';
import type { Connection } from './connection.ts';

/**
 * Reads a connection from the environment, under the names of Okta's own SDKs: `OKTA_CLIENT_ORGURL`,
 * `OKTA_CLIENT_TOKEN`, `OKTA_CLIENT_AUTHORIZATIONMODE` (`SSWS` or `PrivateKey`), `OKTA_CLIENT_CLIENTID`,
 * `OKTA_CLIENT_SCOPES` (spaces or commas), `OKTA_CLIENT_PRIVATEKEY`, `OKTA_CLIENT_KEYID`.
 * @returns the parts that are set; `connect` reports what is missing.
 * @throws InputError when the org URL or the mode is missing or unknown.
 * @see https://github.com/okta/okta-sdk-nodejs#environment-variables
 */
export function connectionFromEnvironment(env: NodeJS.ProcessEnv = process.env): Connection {
  const value = (name: string) => env[`OKTA_CLIENT_${name}`]?.trim() || undefined;
  const orgUrl = value('ORGURL');
  if (orgUrl === undefined) {
    throw new InputError('No connection: OKTA_CLIENT_ORGURL is not set', {
      code: 'invalid_connection',
      hint: 'Set OKTA_CLIENT_ORGURL and OKTA_CLIENT_TOKEN, or give the connection itself ("okta-connector connect NAME").',
    });
  }
  const mode = value('AUTHORIZATIONMODE') ?? (value('PRIVATEKEY') ? 'PrivateKey' : 'SSWS');
  // Parts may be missing: `connect` checks the connection, as it does one from a file.
  return { orgUrl, auth: authOf(mode.toLowerCase(), value) } as Connection;
}

function authOf(mode: string, value: (name: string) => string | undefined): Record<string, unknown> {
  if (mode === 'ssws') return { type: 'api_token', token: value('TOKEN') };
  if (mode !== 'privatekey') {
    throw new InputError('OKTA_CLIENT_AUTHORIZATIONMODE is neither SSWS nor PrivateKey', {
      code: 'invalid_connection',
      hint: 'Set SSWS for an API token, PrivateKey for a service app.',
    });
  }
  return {
    type: 'client_credentials',
    clientId: value('CLIENTID'),
    privateKey: value('PRIVATEKEY'),
    keyId: value('KEYID'),
    scopes: value('SCOPES')
      ?.split(/[\s,]+/)
      .filter(Boolean),
  };
}
