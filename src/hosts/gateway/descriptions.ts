import { type Context, Hono } from 'hono';
import { etag } from 'hono/etag';
import type { GatewayDeps, GatewayEnv } from './deps.ts';
import { type DescriptionSource, openApi } from './describe/openapi.ts';
import { scopeOf } from './describe/scope.ts';
import { swagger } from './describe/swagger.ts';

/** Documents kept, so that a caller who asks again and again costs nothing. */
const KEPT = 20;

/** `GET /openapi.json` and `GET /swagger.json`, which need no key: they tell nothing of the org. */
export function descriptionRoutes({ manifest, publicUrl }: GatewayDeps): Hono<GatewayEnv> {
  const app = new Hono<GatewayEnv>();
  const kept = new Map<string, string>();
  const describe = (c: Context<GatewayEnv>, from: (source: DescriptionSource) => Record<string, unknown>) => {
    const { origin, searchParams } = new URL(c.req.url);
    const scope = scopeOf(searchParams);
    const baseUrl = (publicUrl ?? origin).replace(/\/+$/, '');
    const name = JSON.stringify([from.name, baseUrl, scope]);
    const document = kept.get(name) ?? JSON.stringify(from({ manifest, baseUrl, scope }));
    kept.delete(name);
    kept.set(name, document);
    const [oldest = name] = kept.keys();
    if (kept.size > KEPT) kept.delete(oldest);
    return c.body(document, 200, {
      'Content-Type': 'application/json',
      'Cache-Control': 'no-cache',
    });
  };
  app.get('/openapi.json', etag(), (c) => describe(c, openApi));
  app.get('/swagger.json', etag(), (c) => describe(c, swagger));
  return app;
}
