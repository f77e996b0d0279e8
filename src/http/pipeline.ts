import { type Authorizer, authorize } from './authorize.ts';
import { deadline } from './deadline.ts';
import type { Budget } from './rate-bucket.ts';
import { rateGate } from './rate-limit.ts';
import { answered, type RetryOptions, retry } from './retry.ts';
import { SharedBudget, type SharedBudgetOptions } from './shared-budget.ts';
import type { Clock, Progress, Send } from './types.ts';

/** How a connection behaves on the wire. Times are milliseconds. */
export interface PipelineOptions {
  clock: Clock;
  /** Share of each rate-limit bucket to use at most, 0 to 1. */
  rateLimitShare: number;
  /** Requests under way at the same time. */
  concurrency: number;
  /** Repeats after the first try. */
  maxRetries: number;
  /** Longest single wait for a rate limit; a longer one is a RateLimitError. */
  maxWaitMs: number;
  /** One call with all its waits and repeats. */
  deadlineMs: number;
  progress: Progress;
  /** Where several processes share the rate-limit budget. */
  shared?: Omit<SharedBudgetOptions, 'clock'>;
}

/** The layers around the client, outside in: deadline, retry, rate gate, authorize, send; and what the gate knows. */
export function pipeline(
  send: Send,
  authorizer: Authorizer,
  options: PipelineOptions,
): Send & { budget(): Budget[] } {
  const { clock, maxWaitMs, progress } = options;
  const seconds = (ms: number) => `${Math.ceil(ms / 1000)} s`;
  const signed = authorize(send, authorizer);
  const gated = rateGate(signed, {
    clock,
    maxWaitMs,
    share: options.rateLimitShare,
    concurrency: options.concurrency,
    shared: options.shared && new SharedBudget({ ...options.shared, clock }),
    onWait: ({ bucket, waitMs, request }) =>
      (request.progress ?? progress)(`waiting ${seconds(waitMs)} for the rate limit of ${bucket}`, {
        until: clock.now() + waitMs,
        for: 'rate_limit',
      }),
  });
  const retried = retry(gated, {
    clock,
    maxWaitMs,
    maxRetries: options.maxRetries,
    onWait: ({ error, waitMs, request }) =>
      (request.progress ?? progress)(`${error.code}: next try in ${seconds(waitMs)}`, {
        until: clock.now() + waitMs,
        for: error.code === 'rate_limited' ? 'rate_limit' : 'next_try',
      }),
  });
  return Object.assign(deadline(retried, options.deadlineMs, clock), { budget: gated.budget });
}

/** Adds nothing, and has nothing to renew. */
const NOBODY: Authorizer = { headers: async () => ({}), refused: async () => false };

/** The layers for requests without the credential, which have no place in its rate limits either. */
export const unsignedPipeline = (send: Send, options: RetryOptions & { deadlineMs: number }): Send =>
  deadline(answered(authorize(send, NOBODY), options), options.deadlineMs, options.clock);
