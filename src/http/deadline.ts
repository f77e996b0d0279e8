import { OktaError } from '../errors/errors.ts';
import { orAborted } from './abort.ts';
import { timerMs } from './clock.ts';
import type { Send } from './types.ts';

/**
 * Bounds one call with all its waits and repeats.
 * @throws OktaError `timeout` past `deadlineMs`; the reason of the caller's signal when that comes first.
 */
export function deadline(next: Send, deadlineMs: number): Send {
  return async (request) => {
    const { method, template } = request;
    const error = new OktaError(`${method} ${template} was not done within ${deadlineMs / 1000} s`, {
      code: request.idempotent ? 'timeout' : 'outcome_unknown',
      actor: 'okta',
      retryable: request.idempotent,
      hint: request.idempotent ? 'Try again later.' : 'Read the object before trying again.',
      request: { method, pathTemplate: template },
    });
    const over = new AbortController();
    const timer = setTimeout(() => over.abort(error), timerMs(deadlineMs));
    try {
      const signal = request.signal ? AbortSignal.any([request.signal, over.signal]) : over.signal;
      // A layer below may wait for what others share (a token, a lock) and not look at the signal.
      return await orAborted(next({ ...request, signal }), signal);
    } finally {
      clearTimeout(timer);
    }
  };
}
