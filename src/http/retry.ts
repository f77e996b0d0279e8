import pRetry from 'p-retry';
import { isOktaError, neverSent, type OktaError } from '../errors/errors.ts';
import { errorFromResponse, incompleteJson, isOktaErrorBody } from './from-response.ts';
import { isConcurrencyLimit, rateLimitOf } from './rate-headers.ts';
import type { Clock, HttpRequest, Send } from './types.ts';

export interface RetryOptions {
  clock: Clock;
  /** Repeats after the first try. */
  maxRetries: number;
  /** The longest single wait; a longer one is left to the caller as a RateLimitError. */
  maxWaitMs: number;
  /** Told before each wait, for progress and logs. */
  onWait?: (wait: { error: OktaError; waitMs: number; attempt: number; request: HttpRequest }) => void;
}

/**
 * Repeats what is safe to repeat, and turns answers outside 2xx, and a 2xx that is no answer, into errors. Owns 429 (any
 * method: Okta did not execute the request), answers that say "refused for now", 5xx, errors in a 2xx and broken
 * connections (idempotent requests only; requests that never left are repeated for any method).
 * @throws OktaError `outcome_unknown` when a write that must not be repeated may or may not have happened.
 */
export function retry(next: Send, options: RetryOptions): Send {
  const { clock } = options;
  return (request) =>
    pRetry(
      async () => {
        const response = await next(request);
        if (response.status >= 200 && response.status < 300) return checked(request, response, clock.now());
        if (response.status === 304 && asksIfChanged(request)) return response;
        const error = errorFromResponse(request, response, clock.now());
        if (error.code === 'rate_limited' && isConcurrencyLimit(rateLimitOf(response.headers))) {
          throw concurrencyError(error);
        }
        throw error;
      },
      {
        retries: options.maxRetries,
        minTimeout: 0,
        signal: request.signal,
        async onFailedAttempt({ error, attemptNumber, retriesLeft }) {
          // As it is: p-retry makes a TypeError of a reason that is no Error.
          request.signal?.throwIfAborted();
          const waitMs = waitBefore(request, error, attemptNumber);
          if (waitMs === undefined || retriesLeft === 0 || waitMs > options.maxWaitMs)
            throw final(request, error);
          options.onWait?.({ error: error as OktaError, waitMs, attempt: attemptNumber, request });
          await clock.sleep(waitMs, request.signal);
        },
      },
    );
}

type Response = Awaited<ReturnType<Send>>;

/**
 * A 2xx with an empty body is success here: whether the operation needs one is its own business. A part of the content,
 * an error of Okta's or a body that is not what was asked for is none.
 */
function checked(request: HttpRequest, response: Response, now: number): Response {
  const isPart = response.status === 206;
  if (!isPart && request.elementwise && response.list) return response;
  if (isPart || isOktaErrorBody(response.json)) {
    const error = errorFromResponse(request, response, now);
    if (isUnclear(error) && request.trace) request.trace.doubts += 1;
    throw error;
  }
  if (response.json !== undefined) return response;
  const wantsJson = headerOf(request, 'accept')?.includes('json') ?? true;
  if (response.text.trim() === '' || !wantsJson) return response;
  throw incompleteJson(request, response);
}

/** Status and body contradict each other, and the body does not name a refusal. */
const isUnclear = ({ code, status = 0, retryable }: OktaError): boolean =>
  code === 'unexpected_response' && retryable && status < 300;

const headerOf = ({ headers = {} }: HttpRequest, wanted: string): string | undefined =>
  Object.entries(headers).find(([name]) => name.toLowerCase() === wanted)?.[1];

/** Then 304 without a body is what was hoped for; but it is no page of a list. */
const asksIfChanged = (request: HttpRequest): boolean =>
  !request.elementwise && headerOf(request, 'if-none-match') !== undefined;

/** The reset that Okta names with a concurrency limit is only an estimate, so it is dropped for a short back-off. */
function concurrencyError(error: OktaError): OktaError {
  return error.with({
    hint: 'Too many requests at the same time: lower the concurrency.',
    retryAfterMs: 500,
  });
}

/** Milliseconds to wait before the next try, or undefined when there must be none. */
function waitBefore(request: HttpRequest, error: Error, attempt: number): number | undefined {
  const backOff = 500 * 2 ** (attempt - 1) * (1 + Math.random());
  if (!isOktaError(error) || !error.retryable) return undefined;
  if (error.retryAfterMs !== undefined) return Math.max(error.retryAfterMs + Math.random() * 250, backOff);
  if (neverSent(error)) return backOff;
  if (error.code === 'timeout' && attempt > 1) return undefined;
  return request.idempotent ? backOff : undefined;
}

/** What the caller gets: for a write whose outcome nobody knows, the error says so. */
function final(request: HttpRequest, error: Error): Error {
  const unclear =
    isOktaError(error) &&
    !request.idempotent &&
    (error.code === 'timeout' ||
      (error.code === 'network_error' && !neverSent(error)) ||
      ((error.status ?? 0) >= 500 && error.retryAfterMs === undefined) ||
      isUnclear(error));
  if (!unclear || error.code === 'not_supported') return error;
  return error.with({
    message: `${error.message}; it is not known whether it was done`,
    code: 'outcome_unknown',
    retryable: false,
    hint: 'Read the object before trying again: the request was not repeated because doing it twice may do harm.',
  });
}
