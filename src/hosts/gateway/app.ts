import { Hono } from 'hono';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { requestId } from 'hono/request-id';
import { access } from './access.ts';
import { actionRoutes } from './actions.ts';
import type { GatewayDeps, GatewayEnv } from './deps.ts';
import { descriptionRoutes } from './descriptions.ts';
import { errorAnswer, GatewayError } from './errors.ts';
import { flowTriggerRoutes } from './flow-triggers.ts';
import { healthRoutes } from './health.ts';
import { gatewayLookupRoutes } from './lookups.ts';
import { observed } from './observed.ts';
import { subscriptionRoutes } from './subscriptions.ts';
import { triggerRoutes } from './triggers.ts';

/** Routes below `/v1`, which all need a key. */
const ROUTES: readonly ((deps: GatewayDeps) => Hono<GatewayEnv>)[] = [
  actionRoutes,
  gatewayLookupRoutes,
  triggerRoutes,
  subscriptionRoutes,
  flowTriggerRoutes,
];

/** The whole gateway as one app. Every answer is JSON, but for the metrics; none is a 500. */
export function gatewayApp(deps: GatewayDeps): Hono<GatewayEnv> {
  const app = new Hono<GatewayEnv>();
  app.use(requestId());
  app.use(observed(deps));
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed(c, methods) {
        const allow = [...new Set([...methods, 'OPTIONS'])].join(', ');
        if (c.req.method === 'OPTIONS') return c.body(null, 204, { Allow: allow });
        const { status, body } = errorAnswer(
          new GatewayError(405, 'method_not_allowed', `This path does not take ${c.req.method}`, {
            hint: `It takes ${allow}.`,
          }),
        );
        c.set('code', body.error.code as string);
        return c.json(body, status, { Allow: allow });
      },
    }),
  );
  app.route('/', healthRoutes(deps));
  app.route('/', descriptionRoutes(deps));
  app.use('/v1/*', access(deps));
  for (const routes of ROUTES) app.route('/v1', routes(deps));
  // Not thrown: an error would hide from the check of methods that the path takes another one.
  app.notFound((c) => {
    const { status, code, body } = errorAnswer(
      new GatewayError(404, 'unknown_path', 'There is nothing at this path', {
        hint: 'See /openapi.json for what there is.',
      }),
    );
    c.set('code', code);
    return c.json(body, status);
  });
  app.onError((error, c) => {
    const { status, code, headers, body } = errorAnswer(error, c.get('isFinal'));
    if (code === 'internal_error') deps.notice(`A request failed: ${error.name}: ${error.stack}`);
    c.set('code', code);
    return c.json(body, status, headers);
  });
  return app;
}
