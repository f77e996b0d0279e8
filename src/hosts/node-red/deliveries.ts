import { getRequestListener } from '@hono/node-server';
import type { NodeRed } from './red.ts';

type Fetch = (request: Request) => Promise<Response>;

const receivers = new Map<string, Fetch>();
const mounted = new WeakSet<object>();

/** The place under Node-RED's HTTP nodes at which a trigger node takes deliveries. */
export function deliveries(RED: NodeRed, id: string) {
  // One route for all: Express has no way to take a route away again.
  if (!mounted.has(RED.httpNode)) {
    mounted.add(RED.httpNode);
    RED.httpNode.all('/okta-connector/:id', (request, response, next) => {
      const fetch = receivers.get(request.params.id ?? '');
      if (fetch) void getRequestListener(fetch)(request, response);
      else next();
    });
  }
  const root = (RED.settings.httpNodeRoot || '').replace(/\/+$/, '');
  return {
    path: `${root}/okta-connector/${id}`,
    /** @returns stops listening. */
    listen(fetch: Fetch) {
      receivers.set(id, fetch);
      return () => {
        receivers.delete(id);
      };
    },
  };
}
