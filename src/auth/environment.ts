import { InputError } from '../errors/errors.ts';

/**
 * Reads a connection from the environment, under the names of Okta's own SDKs: `OKTA_CLIENT_ORGURL`,
 * `OKTA_CLIENT_TOKEN`, `OKTA_CLIENT_AUTHORIZATIONMODE` (`SSWS` or `PrivateKey`), `OKTA_CLIENT_CLIENTID`,
 * `OKTA_CLIENT_SCOPES` (spaces or commas), `OKTA_CLIENT_PRIVATEKEY`, `OKTA_CLIENT_KEYID`.
 * @returns what was found; check it with `parseConnection`.
 * @throws InputError when the org URL or the mode is missing or unknown.
 * @see https://github.com/okta/okta-sdk-nodejs#environment-variables
 */
export function connectionFromEnvironment(env: NodeJS.ProcessEnv = process.env): unknown {
  const value = (name: string) => env[`OKTA_CLIENT_${name}`]?.trim() || undefined;
  const orgUrl = value('ORGURL');
  if (orgUrl === undefined) {
    throw new InputError('No connection: OKTA_CLIENT_ORGURL is not set', {
      code: 'invalid_connection',
      hint: 'Give --connection FILE, or set OKTA_CLIENT_ORGURL and OKTA_CLIENT_TOKEN.',
    });
  }
  const mode = value('AUTHORIZATIONMODE') ?? (value('PRIVATEKEY') ? 'PrivateKey' : 'SSWS');
  if (mode.toLowerCase() === 'ssws') return { orgUrl, auth: { type: 'api_token', token: value('TOKEN') } };
  if (mode.toLowerCase() === 'privatekey') {
    return {
      orgUrl,
      auth: {
        type: 'client_credentials',
        clientId: value('CLIENTID'),
        privateKey: value('PRIVATEKEY'),
        keyId: value('KEYID'),
        scopes: value('SCOPES')
          ?.split(/[\s,]+/)
          .filter(Boolean),
      },
    };
  }
  throw new InputError('OKTA_CLIENT_AUTHORIZATIONMODE is neither SSWS nor PrivateKey', {
    code: 'invalid_connection',
  });
}
