import pRetry from 'p-retry';
import { isOktaError, neverSent, type OktaError } from '../errors/errors.ts';
import { errorFromResponse, incompleteJson, isOktaErrorBody } from './from-response.ts';
import { isConcurrencyLimit, rateLimitOf } from './rate-headers.ts';
import type { Clock, HttpRequest, Send } from './types.ts';

export interface RetryOptions {
  clock: Clock;
  /** Retries after the first attempt. */
  maxRetries: number;
  /** Longest single wait in milliseconds; a longer one is a RateLimitError. */
  maxWaitMs: number;
  /** Called before each wait, for progress and logs. */
  onWait?: (wait: { error: OktaError; waitMs: number; attempt: number; request: HttpRequest }) => void;
}

/**
 * Repeats what is safe to repeat, and turns answers outside 2xx, and unusable 2xx, into errors. Owns 429 (any method:
 * Okta did not execute the request), temporary refusals, 5xx, errors in a 2xx and broken connections (idempotent requests
 * only; requests that were never sent are repeated for any method).
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
          // Rethrow unchanged: p-retry wraps a non-Error reason in a TypeError.
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

/**
 * {@link retry} that returns an answer outside 2xx which stays, for callers who read why themselves.
 * @throws OktaError as `retry`, but for a 4xx other than 429 and for a redirect.
 */
export function answered(next: Send, options: RetryOptions): Send {
  return async (request) => {
    let last: Response | undefined;
    const noting: Send = async (one) => {
      last = undefined;
      last = await next(one);
      return last;
    };
    try {
      return await retry(noting, options)(request);
    } catch (error) {
      if (last && last.status >= 300 && last.status < 500 && last.status !== 429) return last;
      throw error;
    }
  };
}

type Response = Awaited<ReturnType<Send>>;

/**
 * A 2xx with an empty body is a success here: the operation checks whether it needs one. Partial content, an error body
 * or a body of the wrong type is not.
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

/** The status and the body contradict each other, and the body is not a known refusal. */
const isUnclear = ({ code, status = 0, retryable }: OktaError): boolean =>
  code === 'unexpected_response' && retryable && status < 300;

const headerOf = ({ headers = {} }: HttpRequest, wanted: string): string | undefined =>
  Object.entries(headers).find(([name]) => name.toLowerCase() === wanted)?.[1];

/** A conditional GET may answer 304; a list page may not. */
const asksIfChanged = (request: HttpRequest): boolean =>
  !request.elementwise && headerOf(request, 'if-none-match') !== undefined;

/** The reset Okta sends with a concurrency limit is only an estimate: use a short back-off instead. */
function concurrencyError(error: OktaError): OktaError {
  return error.with({
    hint: 'Too many concurrent requests: lower the concurrency.',
    retryAfterMs: 500,
  });
}

/** Milliseconds to wait before the next attempt, or undefined when there must be none. */
function waitBefore(request: HttpRequest, error: Error, attempt: number): number | undefined {
  const backOff = 500 * 2 ** (attempt - 1) * (1 + Math.random());
  if (!isOktaError(error) || !error.retryable) return undefined;
  if (error.retryAfterMs !== undefined) return Math.max(error.retryAfterMs + Math.random() * 250, backOff);
  if (neverSent(error)) return backOff;
  if (error.code === 'timeout' && attempt > 1) return undefined;
  return request.idempotent ? backOff : undefined;
}

/** The error for the caller; for a write with an unknown outcome it says so. */
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
    hint: 'Read the object before trying again: the request was not repeated because executing it twice may do harm.',
  });
}
