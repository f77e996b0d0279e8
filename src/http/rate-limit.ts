import { neverSent, RateLimitError } from '../errors/errors.ts';
import { Alarm } from './alarm.ts';
import { bucketName } from './bucket-name.ts';
import { Concurrency } from './concurrency.ts';
import { Bucket, type Budget } from './rate-bucket.ts';
import { isConcurrencyLimit, rateLimitOf } from './rate-headers.ts';
import { ServerClock } from './server-clock.ts';
import { REFRESH_MS, type SharedBudget } from './shared-budget.ts';
import type { Clock, HttpRequest, HttpResponse, Send } from './types.ts';

export interface RateGateOptions {
  clock: Clock;
  /** Share of each bucket that this connector may use, 0 to 1; the rest is left to others. */
  share: number;
  /** Maximum number of concurrent requests. */
  concurrency: number;
  /** Longest wait for a bucket in milliseconds; a longer one is a RateLimitError. */
  maxWaitMs: number;
  /** Where several processes share the budget. */
  shared?: SharedBudget;
  onWait?: (wait: { bucket: string; waitMs: number; request: HttpRequest }) => void;
}

/** A request waiting for its turn. */
interface Waiter {
  request: HttpRequest;
  order: number;
  /** Window this waiter was last notified about. */
  told: number;
  go(look: number | undefined): void;
  fail(error: Error): void;
}

interface Line {
  bucket: Bucket;
  waiters: Set<Waiter>;
  /** Some waiters were not yet told how long they will wait. */
  untold: boolean;
  /** Fires when the next place becomes free. */
  alarm: Alarm;
}

/**
 * Holds requests back so that Okta never has to. Each bucket is learnt from its own headers; at most `share` of it is
 * used, and its `Remaining` never reaches 0. While a bucket's window is unknown, one request goes ahead and the others
 * wait for its answer. A request that passes immediately costs no timer; waiting requests queue per bucket, with one
 * timer each. (p-queue cannot choose between buckets.)
 * @throws RateLimitError when the bucket is empty for longer than `maxWaitMs`.
 */
export function rateGate(next: Send, options: RateGateOptions): Send & { budget(): Budget[] } {
  const { clock, share, maxWaitMs, shared } = options;
  const serverClock = new ServerClock();
  const concurrency = new Concurrency(options.concurrency);
  const lines = new Map<string, Line>();
  const waiting = new Set<Line>();
  let active = 0;
  let orders = 0;

  function lineOf(name: string): Line {
    const known = lines.get(name);
    if (known) return known;
    const ring = () => {
      line.untold = true;
      advance();
    };
    const fail = (error: Error) => {
      for (const waiter of line.waiters) dismiss(line, waiter, error);
    };
    const line: Line = {
      bucket: new Bucket(name, share, serverClock),
      waiters: new Set(),
      untold: false,
      alarm: new Alarm(clock, ring, fail),
    };
    shared?.join(line.bucket);
    lines.set(name, line);
    return line;
  }

  function take({ bucket, waiters }: Line, now: number): number | undefined {
    active += 1;
    const look = bucket.take(now);
    shared?.tend(bucket, waiters.size > 0 || active > 1, advance);
    return look;
  }

  /** Sends a request that has a place, and returns the place. */
  async function pass(line: Line, request: HttpRequest, look: number | undefined): Promise<HttpResponse> {
    const sentAt = clock.now();
    try {
      const response = await next(request);
      learn(line, response, look, sentAt);
      return response;
    } catch (error) {
      line.bucket.lost(look, !neverSent(error));
      throw error;
    } finally {
      active -= 1;
      if (waiting.size > 0) advance();
    }
  }

  function learn(line: Line, response: HttpResponse, look: number | undefined, sentAt: number): void {
    const { bucket, waiters } = line;
    const limits = rateLimitOf(response.headers);
    const now = clock.now();
    if (isConcurrencyLimit(limits)) {
      concurrency.refused(sentAt, now);
      bucket.lost(look);
      return;
    }
    if (limits === undefined) {
      bucket.lost(look);
      bucket.openFor(now);
      return;
    }
    serverClock.learn(limits.serverNow, sentAt, now);
    bucket.answered(limits, look, now);
    // Other processes wait for the result of a probe.
    if (look !== undefined) shared?.tend(bucket, waiters.size > 0, advance);
    concurrency.answered(now);
  }

  /** Releases the waiters that have a place, in order of arrival, and schedules the next check for the others. */
  function advance(): void {
    const now = clock.now();
    while (active < concurrency.limit) {
      const line = nextLine(now);
      if (line === undefined) break;
      const [waiter] = line.waiters;
      if (waiter === undefined) break;
      leave(line, waiter);
      waiter.go(take(line, now));
    }
    for (const line of waiting) attend(line, now);
  }

  /** Among the queues whose bucket has a place, the one whose head has waited longest. */
  function nextLine(now: number): Line | undefined {
    let best: Line | undefined;
    let order = Number.POSITIVE_INFINITY;
    for (const line of waiting) {
      const [first] = line.waiters;
      if (first === undefined || first.order > order || !line.bucket.fits(now)) continue;
      best = line;
      order = first.order;
    }
    return best;
  }

  /** Tells waiters how long they will wait, and sets the alarm for the next place. */
  function attend(line: Line, now: number): void {
    const { bucket } = line;
    shared?.tend(bucket, true, advance);
    const waitMs = bucket.wait(now);
    if (waitMs === 0) return;
    if (line.untold || waitMs > maxWaitMs) {
      line.untold = false;
      for (const waiter of line.waiters) tell(line, waiter, waitMs);
    }
    if (line.waiters.size === 0) return;
    const refresh = shared && bucket.heldByOthers(now) ? REFRESH_MS : Number.POSITIVE_INFINITY;
    line.alarm.set(now + Math.min(waitMs, refresh));
  }

  function tell(line: Line, waiter: Waiter, waitMs: number): void {
    const { bucket } = line;
    const { request } = waiter;
    if (waitMs > maxWaitMs) {
      dismiss(line, waiter, usedUp(bucket.name, waitMs, request));
      return;
    }
    if (waiter.told === bucket.resetAt) return;
    waiter.told = bucket.resetAt;
    if (request.trace) request.trace.waitsUntil = bucket.endsAt;
    try {
      options.onWait?.({ bucket: bucket.name, waitMs, request });
    } catch {
      // A throwing onWait callback must affect neither the waiters nor the current request.
    }
  }

  function leave(line: Line, waiter: Waiter): void {
    line.waiters.delete(waiter);
    if (line.waiters.size > 0) return;
    waiting.delete(line);
    line.alarm.clear();
  }

  function dismiss(line: Line, waiter: Waiter, reason: Error): void {
    leave(line, waiter);
    waiter.fail(reason);
  }

  function enter(line: Line, request: HttpRequest): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      const { signal } = request;
      const stop = () => dismiss(line, waiter, signal?.reason);
      const waiter: Waiter = {
        request,
        order: orders++,
        told: -1,
        go(look) {
          signal?.removeEventListener('abort', stop);
          resolve(look);
        },
        fail(error) {
          signal?.removeEventListener('abort', stop);
          reject(error);
        },
      };
      signal?.addEventListener('abort', stop, { once: true });
      line.waiters.add(waiter);
      waiting.add(line);
      const now = clock.now();
      const waitMs = line.bucket.wait(now);
      if (waitMs > 0) tell(line, waiter, waitMs);
      else line.untold = true;
      advance();
    });
  }

  const send: Send = async (request) => {
    request.signal?.throwIfAborted();
    const line = lineOf(bucketName(request.method, request.path));
    const now = clock.now();
    const free = active < concurrency.limit && line.waiters.size === 0 && line.bucket.fits(now);
    const look = free ? take(line, now) : await enter(line, request);
    return pass(line, request, look);
  };
  return Object.assign(send, {
    budget: () => [...lines.values()].flatMap(({ bucket }) => bucket.budget ?? []),
  });
}

function usedUp(bucket: string, waitMs: number, request: HttpRequest): RateLimitError {
  return new RateLimitError(`The budget of ${bucket} is used up for another ${Math.ceil(waitMs / 1000)} s`, {
    retryAfterMs: waitMs,
    hint: 'Try again after that time, or let the connector use a larger share of the limit.',
    request: { method: request.method, pathTemplate: request.template },
  });
}
