import type { Context } from 'hono';
import { OktaError } from '../../errors/errors.ts';
import type { GatewayEnv } from './deps.ts';

/** Aborted when the caller goes away: for reads, which nobody waits for then. */
export function untilGone(c: Context<GatewayEnv>): AbortSignal {
  const gone = new AbortController();
  const { signal } = c.req.raw;
  // The reason of the server's own signal is a text, and only an error can be thrown on.
  const end = () =>
    gone.abort(new OktaError('The caller went away', { code: 'aborted', actor: 'caller', retryable: true }));
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });
  return gone.signal;
}
