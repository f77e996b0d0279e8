import { OktaError, RateLimitError } from '../errors/errors.ts';
import { orAborted } from './abort.ts';
import { systemClock, timerMs } from './clock.ts';
import type { Clock, HttpRequest, Send, Trace } from './types.ts';

/**
 * Limits the duration of one call with all its waits and retries, and reports what an interruption means.
 * @throws OktaError `timeout` past `deadlineMs`, RateLimitError when the time went into waiting for the rate limit; the
 *   reason of the caller's signal if that comes first; `outcome_unknown` instead of either when a write that must not be
 *   repeated may have been executed.
 */
export function deadline(next: Send, deadlineMs: number, clock: Clock = systemClock): Send {
  return async (request) => {
    const trace: Trace = { inDoubt: false, doubts: 0 };
    const over = new AbortController();
    const timer = setTimeout(() => over.abort(late(request, trace, deadlineMs, clock)), timerMs(deadlineMs));
    // One signal for all layers below; AbortSignal.any costs more than everything else here.
    const { signal } = over;
    const stop = () => over.abort(request.signal?.reason);
    if (request.signal?.aborted) stop();
    else request.signal?.addEventListener('abort', stop, { once: true });
    try {
      // A layer below may be waiting for a shared resource (a token, a lock) and ignore the signal.
      return await orAborted(next({ ...request, signal, trace }), signal);
    } catch (error) {
      if (signal.aborted && trace.inDoubt && !request.idempotent) throw unknownOutcome(request);
      throw error;
    } finally {
      clearTimeout(timer);
      request.signal?.removeEventListener('abort', stop);
    }
  };
}

const summaryOf = ({ method, template }: HttpRequest) => ({ method, pathTemplate: template });

function late(request: HttpRequest, trace: Trace, deadlineMs: number, clock: Clock): OktaError {
  const text = `${request.method} ${request.template} was not done within ${deadlineMs / 1000} s`;
  const waitMs = (trace.waitsUntil ?? 0) - clock.now();
  if (waitMs > 0 && !trace.inDoubt) {
    return new RateLimitError(`${text}: it was waiting for the rate limit`, {
      retryAfterMs: waitMs,
      hint: 'Try again after that time, or request less at once.',
      request: summaryOf(request),
    });
  }
  return new OktaError(text, {
    code: 'timeout',
    actor: 'okta',
    retryable: true,
    hint: 'Try again later.',
    request: summaryOf(request),
  });
}

function unknownOutcome(request: HttpRequest): OktaError {
  return new OktaError(
    `${request.method} ${request.template} was stopped; it is not known whether it was done`,
    {
      code: 'outcome_unknown',
      actor: 'okta',
      hint: 'Read the object before trying again.',
      request: summaryOf(request),
    },
  );
}
