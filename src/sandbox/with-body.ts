import type { Context } from 'hono';
import { z } from 'zod';

/** Answers a control route with its body, which must fit a schema; without one it is an empty object. */
export async function withBody<T>(
  c: Context,
  schema: z.ZodType<T>,
  act: (body: T) => Response | Promise<Response>,
): Promise<Response> {
  const text = await c.req.text();
  let body: unknown;
  try {
    body = text === '' ? {} : JSON.parse(text);
  } catch {
    return c.json({ error: 'the body is not JSON' }, 400);
  }
  const parsed = schema.safeParse(body);
  return parsed.success ? act(parsed.data) : c.json({ error: z.prettifyError(parsed.error) }, 400);
}
