import { Hono } from 'hono';
import { isForbidden } from '../../errors/errors.ts';
import { access } from './access.ts';
import type { GatewayDeps, GatewayEnv } from './deps.ts';
import { errorAnswer } from './errors.ts';

/** Whether the server lives, and whether it reaches Okta; neither needs a key; and the metrics, which need one. */
export function healthRoutes(deps: GatewayDeps): Hono<GatewayEnv> {
  const { clock, metrics } = deps;
  const app = new Hono<GatewayEnv>();
  let asked: { at: number; answer: Promise<Readiness> } | undefined;
  app.get('/health', (c) => c.json({ ok: true }));
  app.get('/ready', async (c) => {
    // Whoever asks often must not use up the rate limit of the org.
    if (!asked || clock.now() - asked.at > KEPT_MS) asked = { at: clock.now(), answer: reach(deps) };
    const found = await asked.answer;
    return c.json(found, found.ok ? 200 : 503);
  });
  // Counts tell who uses what: any key may read them, and one that may do nothing else (--operations none) is enough.
  app.get('/metrics', access(deps), async (c) =>
    c.body(await metrics.registry.metrics(), 200, { 'Content-Type': metrics.registry.contentType }),
  );
  return app;
}

const KEPT_MS = 15_000;

interface Readiness {
  ok: boolean;
  /** Code of what is wrong. */
  problem?: string;
}

/** Asks for the first drop-down: one small request. That the connection may not read it is an answer as well. */
async function reach({ client, manifest }: GatewayDeps): Promise<Readiness> {
  const list = manifest.options.find(({ within }) => !within)?.key ?? '';
  try {
    await client.options(list);
    return { ok: true };
  } catch (error) {
    return isForbidden(error) ? { ok: true } : { ok: false, problem: errorAnswer(error).code };
  }
}
