import { OktaError, RateLimitError } from '../errors/errors.ts';
import { orAborted } from './abort.ts';
import { systemClock, timerMs } from './clock.ts';
import type { Clock, HttpRequest, Send, Trace } from './types.ts';

/**
 * Bounds one call with all its waits and repeats, and says what an end in the middle means.
 * @throws OktaError `timeout` past `deadlineMs`, RateLimitError when that time went into waiting for a place; the reason
 *   of the caller's signal when that comes first; `outcome_unknown` instead of either when a write that must not be
 *   repeated may have happened.
 */
export function deadline(next: Send, deadlineMs: number, clock: Clock = systemClock): Send {
  return async (request) => {
    const trace: Trace = { inDoubt: false, doubts: 0 };
    const over = new AbortController();
    const timer = setTimeout(() => over.abort(late(request, trace, deadlineMs, clock)), timerMs(deadlineMs));
    // One signal for all below; AbortSignal.any costs more than everything else in here.
    const { signal } = over;
    const stop = () => over.abort(request.signal?.reason);
    if (request.signal?.aborted) stop();
    else request.signal?.addEventListener('abort', stop, { once: true });
    try {
      // A layer below may wait for what others share (a token, a lock) and not look at the signal.
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
    return new RateLimitError(`${text}: it waited for the rate limit`, {
      retryAfterMs: waitMs,
      hint: 'Try again after that time, or ask for less at once.',
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
