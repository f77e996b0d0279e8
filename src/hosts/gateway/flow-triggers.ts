import { Hono } from 'hono';
import { triggerInput } from '../input.ts';
import { jsonBody, limitedBody } from './body.ts';
import type { GatewayDeps, GatewayEnv } from './deps.ts';
import { subscribeFor } from './subscriptions.ts';
import { baseOf, usableTrigger } from './trigger-of.ts';
import { pullFor } from './triggers.ts';

/** Between two polls; Power Automate has a shortest time of its own. */
const POLL_SECONDS = 60;

/**
 * Triggers as Power Automate and Logic Apps want them: `GET /triggers/{trigger}/poll`, with the cursor in the `Location` of the
 * answer, and `POST /triggers/{trigger}/subscribe`, which is a subscription at a path of its own.
 */
export function flowTriggerRoutes(deps: GatewayDeps): Hono<GatewayEnv> {
  const app = new Hono<GatewayEnv>();
  const pull = pullFor(deps);
  const subscribe = subscribeFor(deps);

  app.get('/triggers/:trigger/poll', async (c) => {
    // Before the input is read: what it may be is told to those only who may use the trigger.
    const trigger = usableTrigger(c, deps, c.req.param('trigger'), {});
    const { searchParams } = new URL(c.req.url);
    const cursor = searchParams.get('cursor');
    searchParams.delete('cursor');
    const values = Object.fromEntries(
      [...new Set(searchParams.keys())].map((name) => {
        const all = searchParams.getAll(name);
        return [name, all.length > 1 ? all : all[0]];
      }),
    );
    const input = triggerInput(trigger, values, 'polling');
    const pulled = await pull(c, trigger.key, { input, cursor });
    searchParams.set('cursor', pulled.cursor);
    return c.json(pulled.items, pulled.items.length > 0 ? 200 : 202, {
      Location: `${baseOf(c, deps)}/v1/triggers/${trigger.key}/poll?${searchParams}`,
      'Retry-After': String(pulled.more ? 1 : POLL_SECONDS),
    });
  });

  app.post('/triggers/:trigger/subscribe', limitedBody, async (c) =>
    subscribe(c, { ...(await jsonBody(c)), trigger: c.req.param('trigger') }),
  );
  return app;
}
