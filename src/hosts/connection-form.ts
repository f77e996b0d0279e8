import type { Connection } from '../auth/connection.ts';
import { InputError } from '../errors/errors.ts';

/**
 * The connection from one form for both a token and a service app, as services have it that allow one form only: `orgUrl`, and
 * either `token` or `clientId`, `privateKey`, `keyId` and `scopes` (separated by spaces).
 * @throws InputError for a form with both.
 */
export function connectionOfForm(form: Readonly<Record<string, unknown>>): Connection {
  const text = (name: string) => {
    const value = form[name];
    return typeof value === 'string' ? value.trim() : '';
  };
  const orgUrl = text('orgUrl');
  if (text('token') !== '' && text('privateKey') !== '') {
    throw new InputError('The connection has both an API token and a private key', {
      code: 'invalid_connection',
      hint: 'Fill in one of them.',
    });
  }
  if (text('privateKey') === '') return { orgUrl, auth: { type: 'api_token', token: text('token') } };
  return {
    orgUrl,
    auth: {
      ...{ type: 'client_credentials', clientId: text('clientId'), privateKey: text('privateKey') },
      ...{ keyId: text('keyId') || undefined, scopes: scopesIn(text('scopes')) },
    },
  };
}

/** Scopes as people type them: separated by spaces or commas. */
export const scopesIn = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);
