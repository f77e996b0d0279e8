import type { OrgClock } from './clock.ts';

const windowMs = 60_000;

/** Requests per minute and API token in a paid org, by Okta's bucket names. */
const defaults: Record<string, number> = {
  '/api/v1/users': 600,
  '/api/v1/users/{id:.+}': 1000,
  '/api/v1/users/{id}': 600,
  '/api/v1/users/me': 600,
  '/api/v1/groups': 600,
  '/api/v1/groups/{id}': 1000,
  '/api/v1/apps': 600,
  '/api/v1/apps/{id}': 600,
  '/api/v1/logs': 120,
  '/api/v1': 1200,
  '/oauth2/v1/token': 1200,
  '/oauth2/v1/authorize': 1200,
  '/oauth2/v1': 1200,
};

/** Further kinds with a bucket of their own; in large orgs their limits are like that of the rest. */
const separate = new Set([
  ...['logs', 'iam', 'sessions', 'hook-keys', 'devices', 'authenticators', 'authorizationServers', 'realms'],
  ...['logStreams', 'api-tokens', 'agentPools', 'domains', 'principal-rate-limits'],
]);
const others = ['/api/v1/meta/schemas', '/api/v1/devices/{id}/users'];
for (const name of [...[...separate].map((kind) => `/api/v1/${kind}`), ...others])
  defaults[name] ??= defaults['/api/v1'] as number;

const warningShare = 0.9;
const concurrencyName = 'concurrency';
const defaultConcurrency = 75;

interface Allowance {
  limit: number;
  remaining: number;
  /** The end of the window in epoch seconds. */
  reset: number;
  exceeded: boolean;
  /** Whether this is the first refused request in the window. */
  firstRefusal: boolean;
  /** Whether this request reaches the warning threshold. */
  firstWarning: boolean;
}

/** Counts requests as Okta does: by bucket, in one-minute windows that start with their first request. */
export class RateLimits {
  readonly #clock: OrgClock;
  readonly #limits = new Map(Object.entries(defaults));
  readonly #windows = new Map<string, { start: number; used: number; limit: number }>();
  concurrency = defaultConcurrency;

  constructor(clock: OrgClock) {
    this.#clock = clock;
  }

  use(bucket: string): Allowance {
    const now = this.#clock.now();
    const limit = this.#limits.get(bucket) ?? (defaults['/api/v1'] as number);
    let window = this.#windows.get(bucket);
    if (!window || now >= window.start + windowMs || now < window.start)
      window = { start: now, used: 0, limit };
    this.#windows.set(bucket, window);
    window.used += 1;
    return {
      limit,
      remaining: Math.max(0, limit - window.used),
      reset: Math.ceil((window.start + windowMs) / 1000),
      exceeded: window.used > limit,
      firstRefusal: window.used === limit + 1,
      firstWarning: window.used === Math.ceil(limit * warningShare),
    };
  }

  /** Sets limits by bucket name. @returns the name of an unknown bucket; then nothing is changed. */
  set(limits: Record<string, number>): string | undefined {
    const unknown = Object.keys(limits).find((name) => name !== concurrencyName && !this.#limits.has(name));
    if (unknown) return unknown;
    for (const [name, limit] of Object.entries(limits)) {
      if (name === concurrencyName) this.concurrency = limit;
      else this.#limits.set(name, limit);
    }
    return undefined;
  }

  describe(): Record<string, unknown> {
    const now = this.#clock.now();
    const buckets = [...this.#limits].map(([name, limit]) => {
      const window = this.#windows.get(name);
      return [name, { limit, used: window && now < window.start + windowMs ? window.used : 0 }];
    });
    return { ...Object.fromEntries(buckets), [concurrencyName]: { limit: this.concurrency } };
  }
}

/** The bucket a request counts against; undefined when Okta doesn't limit it. */
export function bucketOf(method: string, path: string): string | undefined {
  const [, root, version, resource, id, ...rest] = path.split('/');
  if (root === 'oauth2')
    return resource === 'token' || resource === 'authorize' ? `/oauth2/v1/${resource}` : '/oauth2/v1';
  if (root !== 'api' || version !== 'v1') return undefined;
  if (resource === 'devices' && rest[0] === 'users') return '/api/v1/devices/{id}/users';
  if (resource === 'meta' && id === 'schemas') return '/api/v1/meta/schemas';
  if (separate.has(String(resource))) return `/api/v1/${resource}`;
  const own = resource === 'users' || resource === 'groups' || resource === 'apps';
  if (!own) return '/api/v1';
  if (!id || rest.length > 0 || (resource === 'groups' && id === 'rules')) return `/api/v1/${resource}`;
  if (resource !== 'users') return `/api/v1/${resource}/{id}`;
  if (id === 'me') return '/api/v1/users/me';
  return method === 'GET' ? '/api/v1/users/{id:.+}' : '/api/v1/users/{id}';
}
