import type { Method } from './types.ts';

const SINGLE = new Set(['users', 'groups', 'apps']);
/** Kinds below /api/v1 with a bucket of their own. */
const OWN = new Set([
  ...[
    'users',
    'groups',
    'apps',
    'logs',
    'sessions',
    'iam',
    'hook-keys',
    'devices',
    'authenticators',
    'realms',
  ],
  ...['authorizationServers', 'logStreams', 'api-tokens', 'agentPools', 'domains', 'principal-rate-limits'],
]);
const OAUTH_BUCKETS = new Set(['clients', 'token', 'authorize']);

/**
 * The rate-limit bucket that Okta counts a request in. Lists, creation and all sub-resources share one bucket, except
 * factor verification and the users of a device; reading and writing a single user have one each. A bucket that is taken
 * for two costs nothing, because each learns from its own headers what the others use; two taken for one would mix figures.
 * @see https://developer.okta.com/docs/reference/rl-global-mgmt/
 */
export function bucketName(method: Method, path: string): string {
  const [api, version, kind = '', id, ...rest] = (path.split('?')[0] ?? '').split('/').slice(1);
  if (api === 'oauth2') return OAUTH_BUCKETS.has(kind) ? `/oauth2/v1/${kind}` : '/oauth2/v1';
  if (api === 'governance') return '/governance/api';
  if (api !== 'api' || version !== 'v1') return '/';
  if (SINGLE.has(kind) && id !== undefined && rest.length === 0 && id !== 'rules') {
    const write = kind === 'users' && method !== 'GET' ? ' write' : '';
    return id === 'me' && kind === 'users' ? '/api/v1/users/me' : `/api/v1/${kind}/{id}${write}`;
  }
  if (kind === 'users' && rest[0] === 'factors' && rest[2] === 'verify') {
    return '/api/v1/users/{id}/factors/{id}/verify';
  }
  if (kind === 'devices' && rest[0] === 'users') return '/api/v1/devices/{id}/users';
  if (kind === 'meta' && id === 'schemas') return '/api/v1/meta/schemas';
  return OWN.has(kind) ? `/api/v1/${kind}` : '/api/v1';
}
