import { randomBytes } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { refused } from './access.ts';
import { jsonBody, limitedBody } from './body.ts';
import type { GatewayDeps, GatewayEnv } from './deps.ts';
import { GatewayError } from './errors.ts';
import { receiverUrl } from './public-address.ts';
import type { StoredSubscription } from './subscription-store.ts';
import { baseOf, checkedBody, inputMember, usableTrigger } from './trigger-of.ts';

/** Subscriptions of one key. */
const MOST = 100;

const wanted = z.strictObject({
  trigger: z.string(),
  input: inputMember,
  /** Where items are posted to. */
  url: z.string().max(2_048),
  /** `whsec_` and 24 to 64 bytes as base64. Made when left out. */
  secret: z.string().refine(isSecret, 'must be "whsec_" and 24 to 64 random bytes as base64').optional(),
  /** Seconds between two looks. */
  interval: z.int().min(5).max(86_400).default(30),
});

/**
 * Makes a subscription of the key of a request, and answers it with its secret.
 * @throws GatewayError and InputError, as `usableTrigger` and for what the body has.
 */
export function subscribeFor(deps: GatewayDeps) {
  const { client, clock, keys, subscriber, allowPrivateTargets } = deps;
  const { store } = subscriber;
  return async (c: Context<GatewayEnv>, given: Record<string, unknown>) => {
    const body = checkedBody(given, wanted);
    const { key: trigger } = usableTrigger(c, deps, body.trigger, body.input);
    const url = receiverUrl(body.url, allowPrivateTargets);
    const owner = c.get('key').id;
    if (store.all().filter(({ key_id }) => key_id === owner).length >= MOST) {
      throw new GatewayError(409, 'conflict', `A key may have ${MOST} subscriptions`, {
        hint: 'Delete one that is no longer needed.',
      });
    }
    // Checks the input, and is where the subscription begins.
    const { cursor } = await client.pull(trigger, body.input, { limit: 1, signal: c.req.raw.signal });
    if (!keys.get(owner)) throw refused();
    const id = `sub_${randomBytes(16).toString('hex')}`;
    const secret = body.secret ?? `whsec_${randomBytes(32).toString('base64')}`;
    const input = JSON.stringify(body.input);
    const { interval } = body;
    store.add({
      ...{ id, key_id: owner, trigger, input, url: url.href, secret, interval, cursor, created: clock.now() },
    });
    subscriber.run(id);
    return c.json({ ...viewOf(store.get(id) as StoredSubscription, 0), secret }, 201, {
      Location: `${baseOf(c, deps)}/v1/subscriptions/${id}`,
    });
  };
}

/** `/subscriptions`: what happened is posted to a URL. A key sees its own. */
export function subscriptionRoutes(deps: GatewayDeps): Hono<GatewayEnv> {
  const app = new Hono<GatewayEnv>();
  const { subscriber } = deps;
  const { store } = subscriber;
  const subscribe = subscribeFor(deps);

  app.post('/subscriptions', limitedBody, async (c) => subscribe(c, await jsonBody(c)));

  app.get('/subscriptions', (c) => {
    const own = store.all().filter(({ key_id }) => key_id === c.get('key').id);
    return c.json({ subscriptions: own.map((one) => viewOf(one, store.waiting(one.id))) });
  });

  /** @throws GatewayError 404, also for one of another key. */
  const ownOf = (c: Context<GatewayEnv>): StoredSubscription => {
    const found = store.get(c.req.param('id') ?? '');
    if (found && found.key_id === c.get('key').id) return found;
    throw new GatewayError(404, 'not_found', 'This key has no such subscription', {
      hint: 'GET /v1/subscriptions lists those of the key.',
    });
  };

  app.get('/subscriptions/:id', (c) => {
    const found = ownOf(c);
    return c.json(viewOf(found, store.waiting(found.id)));
  });
  app.delete('/subscriptions/:id', (c) => {
    subscriber.remove(ownOf(c).id);
    return c.body(null, 204);
  });
  app.post('/subscriptions/:id/resume', (c) => {
    const { id } = ownOf(c);
    store.resume(id);
    subscriber.run(id);
    return c.json(viewOf(store.get(id) as StoredSubscription, store.waiting(id)));
  });
  return app;
}

const timeOf = (ms: number) => new Date(ms).toISOString();

/** A subscription as callers see it: without the secret. */
function viewOf(of: StoredSubscription, waiting: number) {
  const { id, trigger, url, interval, created, parked, failures, problem, pull_problem } = of;
  const status = parked ? 'parked' : failures > 0 || pull_problem !== null ? 'retrying' : 'active';
  const why = problem ?? pull_problem;
  return {
    ...{ id, trigger, input: JSON.parse(of.input) as unknown, url, interval, status },
    ...{ created: timeOf(created), delivered: of.delivered, waiting },
    ...(of.last_delivered === null ? {} : { lastDelivered: timeOf(of.last_delivered) }),
    ...(why === null ? {} : { problem: why }),
    ...(failures > 0 && !parked ? { nextTry: timeOf(of.next_try) } : {}),
  };
}

function isSecret(text: string): boolean {
  const [, base64 = ''] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  const { length } = Buffer.from(base64, 'base64');
  return length >= 24 && length <= 64;
}
