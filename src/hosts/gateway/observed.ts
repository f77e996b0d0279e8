import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import type { GatewayDeps, GatewayEnv } from './deps.ts';

/** Logs and counts each request once it is answered. */
export function observed({
  log,
  metrics,
  clock,
  logPersonalData,
}: GatewayDeps): MiddlewareHandler<GatewayEnv> {
  return async (c, next) => {
    const started = clock.now();
    await next();
    const durationMs = Math.max(clock.now() - started, 0);
    const { operation, key, code, objects, replayed } = c.var as Partial<GatewayEnv['Variables']>;
    const { status } = c.res;
    metrics.answered({ operation: operation ?? '', status, seconds: durationMs / 1_000 });
    log({
      ...{ time: new Date(started).toISOString(), requestId: c.get('requestId'), method: c.req.method },
      ...{ route: routePath(c, -1), status, durationMs },
      ...(key ? { key: key.name } : {}),
      ...(operation ? { operation } : {}),
      ...(code ? { error: code } : {}),
      ...(replayed ? { replayed } : {}),
      ...(logPersonalData && objects ? { objects } : {}),
    });
  };
}
