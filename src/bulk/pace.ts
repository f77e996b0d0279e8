import type { ActionDefinition, CallName } from '../define.ts';
import { bucketName } from '../http/bucket-name.ts';
import type { Budget } from '../http/rate-bucket.ts';
import type { Method } from '../http/types.ts';
import { usualLimit } from '../http/usual-limits.ts';

/** How fast Okta lets many runs of an action be, judged by its slowest bucket. */
export interface Pace {
  bucket: string;
  /** Requests of one row in that bucket, at most. */
  requests: number;
  /** Requests a minute that Okta admits: in the smallest and in the largest orgs, or both the same once an answer told. */
  from: number;
  to: number;
}

/**
 * The expected pace of an action, before it runs.
 * @returns undefined for an action whose requests are not known in advance.
 */
export function expectedPace(
  { request, calls = [] }: Pick<ActionDefinition, 'request' | 'calls'>,
  budgets: readonly Budget[],
): Pace | undefined {
  if (calls === 'any') return undefined;
  const all = request ? [`${request.method} ${request.path}` as CallName, ...calls] : calls;
  const counts = new Map<string, number>();
  for (const call of all) {
    const [method, path] = call.split(' ') as [Method, string];
    const bucket = bucketName(method, path);
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  }
  const paces = [...counts].map(([bucket, requests]): Pace => {
    const limit = budgets.find((one) => one.bucket === bucket)?.limit;
    const { from, to } = limit === undefined ? usualLimit(bucket) : { from: limit, to: limit };
    return { bucket, requests, from, to };
  });
  return paces.sort((one, other) => one.to / one.requests - other.to / other.requests)[0];
}
