import { fingerprint } from './bound-tokens.ts';
import type { CheckedConnection } from './connection.ts';

const LENGTH = 12;

/**
 * Tells the credentials of one org apart in the keys of budgets and states: 12 characters (72 bits) of a hash. OAuth is
 * known by its client id, which stays when a key or secret is rotated; an API token only by itself. An API token has over
 * 200 random bits, so its hash can be stored in the open: nobody can find the token by trying.
 */
export const credentialMark = ({ auth }: Pick<CheckedConnection, 'auth'>): string =>
  fingerprint(
    'credential',
    ...(auth.type === 'api_token' ? ['token', auth.token] : ['client', auth.clientId]),
  ).slice(0, LENGTH);
