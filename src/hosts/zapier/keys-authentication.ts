import type { Connection } from '../../auth/connection.ts';
import { InputError } from '../../errors/errors.ts';
import {
  authText,
  orgUrlField,
  scopesField,
  scopesOfForm,
  textIn,
  type ZapierAuthentication,
} from './authentication.ts';

const MODES = ['api_token', 'client_credentials'] as const;

/** An API token, or the private key of a service app. */
export const keysAuthentication: ZapierAuthentication = {
  variant: 'okta-keys',
  title: 'Okta Connector (API token or private key)',
  protocol: { type: 'custom' },
  expired: 'ExpiredAuthError',
  fields(manifest, scopes) {
    const mode = (type: string) => manifest.connection.auth.find((one) => one.type === type)?.title as string;
    const field = (type: (typeof MODES)[number], key: string, more: object) => {
      const { label, helpText } = authText(manifest, type, key);
      return { key, required: false, label, helpText: `${mode(type)}: ${helpText}`, ...more };
    };
    return [
      orgUrlField(manifest),
      {
        ...{ key: 'method', label: 'How to connect', type: 'string', required: true, isNoSecret: true },
        choices: MODES.map((value) => ({ value, sample: value, label: mode(value) })),
        helpText: 'Fill in the fields below that begin with it, and leave the others empty.',
      },
      field('api_token', 'token', { type: 'password' }),
      field('client_credentials', 'clientId', { type: 'string', isNoSecret: true }),
      // A field for passwords has one line, and a PEM has many. Zapier keeps it as a secret all the same.
      field('client_credentials', 'privateKey', { type: 'text' }),
      field('client_credentials', 'keyId', { type: 'string', isNoSecret: true }),
      { ...scopesField(scopes), required: false },
    ];
  },
  connection(authData) {
    const orgUrl = textIn(authData, 'orgUrl') ?? '';
    const method = textIn(authData, 'method');
    if (method === 'api_token') {
      return { connection: { orgUrl, auth: { type: method, token: textIn(authData, 'token') ?? '' } } };
    }
    if (method !== 'client_credentials') {
      throw new InputError('The connection does not say how to connect', {
        code: 'invalid_connection',
        hint: `"How to connect" must be one of ${MODES.join(', ')}.`,
      });
    }
    const auth = {
      ...{ type: method, clientId: textIn(authData, 'clientId'), privateKey: textIn(authData, 'privateKey') },
      ...{ keyId: textIn(authData, 'keyId'), scopes: scopesOfForm(authData) },
    };
    // Parts may be missing: `connect` says which.
    return { connection: { orgUrl, auth } as Connection };
  },
};
