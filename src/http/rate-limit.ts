import PQueue from 'p-queue';
import { RateLimitError } from '../errors/errors.ts';
import { orAborted } from './abort.ts';
import { deferred } from './deferred.ts';
import { isConcurrencyLimit, type RateLimit, rateLimitOf, WINDOW_MS } from './rate-headers.ts';
import type { Clock, HttpRequest, Method, Send } from './types.ts';

export interface RateGateOptions {
  clock: Clock;
  /** Share of each bucket that this connector may use, 0 to 1; the rest stays free for others. */
  share: number;
  /** Requests under way at the same time. */
  concurrency: number;
  /** The longest wait for a bucket; a longer one becomes a RateLimitError. */
  maxWaitMs: number;
  onWait?: (wait: { bucket: string; waitMs: number; request: HttpRequest }) => void;
}

/** What is known of a bucket, for people who wait. */
export interface Budget {
  /** Name of the bucket, such as `/api/v1/users`. */
  bucket: string;
  /** Requests in a window. */
  limit: number;
  /** What is left of them, as far as the answers tell. */
  remaining: number;
  /** When the window ends; local time in milliseconds since the epoch. */
  resetAt: number;
}

const SINGLE = new Set(['users', 'groups', 'apps']);

const OAUTH_BUCKETS = new Set(['clients', 'token', 'authorize']);

/**
 * The rate-limit bucket that Okta counts a request in. Lists, creation and every sub-resource share a bucket, apart from
 * the verification of a factor; reading and writing one user are two more.
 * @see https://developer.okta.com/docs/reference/rl-global-mgmt/
 */
export function bucketOf(method: Method, path: string): string {
  const [api, version, kind = '', id, ...rest] = (path.split('?')[0] ?? '').split('/').slice(1);
  if (api === 'oauth2') return OAUTH_BUCKETS.has(kind) ? `/oauth2/v1/${kind}` : '/oauth2/v1';
  if (api !== 'api' || version !== 'v1') return '/';
  if (SINGLE.has(kind) && id !== undefined && rest.length === 0 && id !== 'rules') {
    const write = kind === 'users' && method !== 'GET' ? ' write' : '';
    return id === 'me' && kind === 'users' ? '/api/v1/users/me' : `/api/v1/${kind}/{id}${write}`;
  }
  if (kind === 'users' && rest[0] === 'factors' && rest[2] === 'verify') {
    return '/api/v1/users/{id}/factors/{id}/verify';
  }
  return ['users', 'groups', 'apps', 'logs', 'sessions', 'iam', 'hook-keys'].includes(kind)
    ? `/api/v1/${kind}`
    : '/api/v1';
}

/** What is known of one bucket; `window` is unknown until the first answer of a window. */
class Bucket {
  window: RateLimit | undefined;
  /** Local time at which `window` ends. */
  endsAt = 0;
  inFlight = 0;
  probe: Promise<void> | undefined;

  /** Milliseconds to wait for a place: 0 when there is one. */
  wait(now: number, share: number): number {
    if (this.window === undefined || now >= this.endsAt) return 0;
    const reserve = Math.max(1, Math.ceil(this.window.limit * (1 - share)));
    return this.window.remaining - this.inFlight > reserve ? 0 : this.endsAt - now;
  }

  /**
   * Takes a place, before anybody else can look. While nothing is known of the window, who holds it is the probe that
   * the others wait for.
   * @returns gives the place back.
   */
  take(now: number): () => void {
    this.inFlight += 1;
    const { promise, resolve } = deferred<void>();
    const probes = now >= this.endsAt;
    if (probes) this.probe = promise;
    return () => {
      this.inFlight -= 1;
      if (probes) this.probe = undefined;
      resolve();
    };
  }

  learn(limits: RateLimit, now: number): void {
    const endsAt = now + limits.resetAt - (limits.serverNow ?? now) + 1_000;
    const sameWindow = this.window !== undefined && this.window.resetAt === limits.resetAt;
    // Answers overtake each other: within one window the smaller figure is the later one.
    const remaining = sameWindow ? Math.min(this.window?.remaining ?? 0, limits.remaining) : limits.remaining;
    const older = this.window !== undefined && limits.resetAt < this.window.resetAt;
    // Only while the newer window lasts: one that ends in a far future is a mistake, not to be believed for good.
    if (older && now < this.endsAt) return;
    this.window = { ...limits, remaining };
    this.endsAt = sameWindow ? Math.min(this.endsAt, endsAt) : Math.min(endsAt, now + WINDOW_MS + 2_000);
  }
}

/**
 * Holds requests back so that Okta never has to. Each bucket is learnt from its own headers; at most `share` of it is
 * used, and its `Remaining` never reaches 0. While nothing is known of a bucket's window, one request goes ahead and
 * the others wait for its answer.
 * @throws RateLimitError when the bucket is empty for longer than `maxWaitMs`.
 */
export function rateGate(next: Send, options: RateGateOptions): Send & { budget(): Budget[] } {
  const { clock, share } = options;
  const buckets = new Map<string, Bucket>();
  const queue = new PQueue({ concurrency: options.concurrency });

  /** Waits for a place and takes it; what it returns gives it back. */
  async function enter(name: string, bucket: Bucket, request: HttpRequest): Promise<() => void> {
    for (;;) {
      request.signal?.throwIfAborted();
      if (bucket.probe) {
        await orAborted(bucket.probe, request.signal);
        continue;
      }
      const waitMs = bucket.wait(clock.now(), share);
      if (waitMs === 0) return bucket.take(clock.now());
      if (waitMs > options.maxWaitMs) {
        throw new RateLimitError(
          `The budget of ${name} is used up for another ${Math.ceil(waitMs / 1000)} s`,
          {
            retryAfterMs: waitMs,
            hint: 'Try again after that time, or let the connector use a larger share of the limit.',
            request: { method: request.method, pathTemplate: request.template },
          },
        );
      }
      options.onWait?.({ bucket: name, waitMs, request });
      if (request.trace) request.trace.waitsUntil = clock.now() + waitMs;
      await clock.sleep(waitMs, request.signal);
    }
  }

  const budget = () =>
    [...buckets].flatMap(([bucket, { window, endsAt }]) =>
      window ? [{ bucket, limit: window.limit, remaining: window.remaining, resetAt: endsAt }] : [],
    );

  const send: Send = async (request) => {
    const name = bucketOf(request.method, request.path);
    const bucket = buckets.get(name) ?? new Bucket();
    buckets.set(name, bucket);
    const leave = await enter(name, bucket, request);
    try {
      const response = await queue.add(() => next(request), { signal: request.signal });
      const limits = rateLimitOf(response.headers);
      if (isConcurrencyLimit(limits)) {
        queue.concurrency = Math.max(1, Math.floor(queue.concurrency / 2));
      } else if (limits) {
        bucket.learn(limits, clock.now());
        if (queue.concurrency < options.concurrency) queue.concurrency += 1;
      } else if (bucket.window === undefined) {
        bucket.endsAt = clock.now() + WINDOW_MS;
      }
      return response;
    } finally {
      leave();
    }
  };
  return Object.assign(send, { budget });
}
