import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import { GatewayError } from './errors.ts';
import type { GatewayKey } from './keys.ts';

/**
 * Counts the requests of each key in this process; a restart begins anew.
 * @returns a function that counts one, and says in headers what is left.
 * @throws GatewayError 429 from that function when nothing is left.
 */
export function gatewayRate(): (key: GatewayKey) => Promise<Record<string, string>> {
  const limiters = new Map<number, RateLimiterMemory>();
  return async ({ id, name, perMinute }) => {
    const limiter = limiters.get(perMinute) ?? new RateLimiterMemory({ points: perMinute, duration: 60 });
    limiters.set(perMinute, limiter);
    try {
      return headersOf(perMinute, await limiter.consume(id));
    } catch (error) {
      if (error instanceof Error) throw error;
      const headers = headersOf(perMinute, error as RateLimiterRes);
      throw new GatewayError(429, 'too_many_requests', `The key ${name} may send ${perMinute} a minute`, {
        ...{ hint: 'Wait as long as Retry-After says.', retryable: true },
        headers: { ...headers, 'Retry-After': headers['RateLimit-Reset'] as string },
      });
    }
  };
}

/** @see https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-06 */
const headersOf = (limit: number, { remainingPoints, msBeforeNext }: RateLimiterRes) => ({
  'RateLimit-Limit': String(limit),
  'RateLimit-Remaining': String(remainingPoints),
  'RateLimit-Reset': String(Math.max(Math.ceil(msBeforeNext / 1_000), 1)),
});
