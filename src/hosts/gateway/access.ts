import type { Context, MiddlewareHandler } from 'hono';
import type { GatewayDeps, GatewayEnv } from './deps.ts';
import { GatewayError } from './errors.ts';
import { type GrantedOperation, mayUse } from './grants.ts';
import { sealOf } from './idempotency.ts';
import { gatewayRate } from './rate.ts';

/** The key of a request, as `Authorization: Bearer KEY` or `X-API-Key: KEY`. */
function keyIn(c: Context): string | undefined {
  const [, bearer] = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '') ?? [];
  return bearer ?? c.req.header('x-api-key');
}

/** Lets requests with a key pass, as many as it may send. */
export function access({ keys }: GatewayDeps): MiddlewareHandler<GatewayEnv> {
  const rate = gatewayRate();
  return async (c, next) => {
    const text = keyIn(c);
    const key = text === undefined ? undefined : keys.find(text);
    if (!key) throw refused(text === undefined ? 'The request has no key' : undefined);
    c.set('key', key);
    c.set('seal', sealOf(text as string));
    c.header('Cache-Control', 'no-store');
    const headers = await rate(key);
    for (const [name, value] of Object.entries(headers)) c.header(name, value);
    await next();
    // What was read is not for a key that was revoked meanwhile; of a write it hears what came of it.
    if (!c.get('writes') && !keys.find(text as string)) throw refused();
  };
}

/** The answer without a key that counts. */
export const refused = (why = 'The key is unknown, revoked or expired') =>
  new GatewayError(401, 'key_required', why, {
    hint: 'Send "Authorization: Bearer KEY" or "X-API-Key: KEY" with a key of this gateway.',
    headers: { 'WWW-Authenticate': 'Bearer realm="okta-connector"' },
  });

/** @throws GatewayError when the key of the request may not use an operation, whatever its input. */
export function assertMayUse(c: Context<GatewayEnv>, operation: GrantedOperation): void {
  const key = c.get('key');
  if (mayUse(key, operation)) return;
  throw new GatewayError(403, 'not_allowed', `The key ${key.name} may not use ${operation.key}`, {
    hint: 'Use a key that is made for it.',
  });
}
