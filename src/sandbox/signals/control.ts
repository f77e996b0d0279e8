import { Hono } from 'hono';
import { z } from 'zod';
import type { Org } from '../org.ts';
import { withBody } from '../with-body.ts';
import { type Stream, streamPath } from './stream.ts';

const sendSchema = z.strictObject({
  events: z.record(z.string(), z.unknown()).default({}),
  claims: z.record(z.string(), z.unknown()).optional(),
  header: z.record(z.string(), z.unknown()).optional(),
  authorization: z.string().optional(),
  token: z.string().optional(),
});
const keysSchema = z.strictObject({ url: z.string(), keys: z.array(z.record(z.string(), z.unknown())) });
const streamSchema = z.strictObject({ status: z.enum(['enabled', 'disabled']) });

/** The control routes of the signed events: what was sent, sending anything, the status of the streams, and keys of
 * providers. */
export function signalControl(runtime: { readonly org: Org }): Hono {
  const control = new Hono();
  const streams = () => [...runtime.org.objects.of(streamPath)] as Stream[];
  control.get('/', (c) => c.json(runtime.org.signals.describe()));
  control.post('/flush', async (c) => {
    const { signals } = runtime.org;
    await signals.flush();
    return c.json(signals.describe());
  });
  control.post('/send', (c) =>
    withBody(c, sendSchema, ({ events, header, ...altered }) => {
      for (const stream of streams())
        runtime.org.signals.send(stream, events, {}, { ...altered, ...(header ? { header } : {}) });
      return c.json({ streams: streams().length });
    }),
  );
  control.put('/status', (c) =>
    withBody(c, streamSchema, ({ status }) => {
      for (const stream of streams())
        runtime.org.objects.put({ ...stream, body: { ...stream.body, status } });
      return c.json({ streams: streams().length });
    }),
  );
  control.put('/keys', (c) =>
    withBody(c, keysSchema, ({ url, keys }) => {
      runtime.org.providerKeys.set(url, keys);
      return c.json({ keys: keys.length });
    }),
  );
  return control;
}
