import { type Context, Hono } from 'hono';
import { z } from 'zod';
import type { Pulled } from '../../triggers/pull.ts';
import { jsonBody, limitedBody } from './body.ts';
import type { GatewayDeps, GatewayEnv } from './deps.ts';
import { cursorSeal } from './seal.ts';
import { checkedBody, inputMember, usableTrigger } from './trigger-of.ts';

const pullBody = z.strictObject({
  input: inputMember,
  /** Many tools send an empty text where there is no value yet. */
  cursor: z.string().nullish(),
  limit: z.int().min(1).max(1_000).default(100),
});

const sampleBody = z.strictObject({ input: inputMember, limit: z.int().min(1).max(25).default(3) });

/**
 * Everything of a trigger since a cursor, for the key of a request.
 * @throws GatewayError and InputError, as `usableTrigger` and for what the body has.
 */
export function pullFor(deps: GatewayDeps) {
  const { seal, open } = cursorSeal(deps.state);
  return async (c: Context<GatewayEnv>, trigger: string, body: Record<string, unknown>): Promise<Pulled> => {
    const { input, cursor: sealed, limit } = checkedBody(body, pullBody);
    const { key } = usableTrigger(c, deps, trigger, input);
    const cursor = sealed ? open(sealed) : undefined;
    const { signal } = c.req.raw;
    const pulled = await deps.client.pull(key, input, { cursor, limit, signal });
    return { items: pulled.items, cursor: seal(pulled.cursor), more: pulled.more };
  };
}

/** `POST /triggers/{trigger}/pull` and `/sample`: what happened, for callers that ask. */
export function triggerRoutes(deps: GatewayDeps): Hono<GatewayEnv> {
  const app = new Hono<GatewayEnv>();
  const pull = pullFor(deps);

  app.post('/triggers/:trigger/pull', limitedBody, async (c) =>
    c.json(await pull(c, c.req.param('trigger'), await jsonBody(c))),
  );

  app.post('/triggers/:trigger/sample', limitedBody, async (c) => {
    const { input, limit } = checkedBody(await jsonBody(c), sampleBody);
    const { key } = usableTrigger(c, deps, c.req.param('trigger'), input);
    const { signal } = c.req.raw;
    return c.json({ items: await deps.client.sample(key, input, { limit, signal }) });
  });
  return app;
}
