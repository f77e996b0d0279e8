import { getRequestListener } from '@hono/node-server';
import type { NodeRed, Request as NodeRequest } from './red.ts';

type Fetch = (request: Request) => Promise<Response>;

const receivers = new Map<string, Fetch>();
const mounted = new WeakSet<object>();

/** The path below the root of Node-RED's HTTP nodes at which a trigger node receives deliveries. */
export function deliveries(RED: NodeRed, id: string) {
  // One route for all nodes: Express cannot remove a route.
  if (!mounted.has(RED.httpNode)) {
    mounted.add(RED.httpNode);
    RED.httpNode.all('/okta-connector/:id', (request, response, next) => {
      const fetch = receivers.get(request.params.id ?? '');
      if (fetch) void getRequestListener(fetch)(unread(request), response);
      else next();
    });
  }
  const root = (RED.settings.httpNodeRoot || '').replace(/\/+$/, '');
  return {
    path: `${root}/okta-connector/${id}`,
    /** @returns a function that stops listening. */
    listen(fetch: Fetch) {
      receivers.set(id, fetch);
      return () => {
        if (receivers.get(id) === fetch) receivers.delete(id);
      };
    },
  };
}

/** If the editor is at the root of the server (Node-RED's default), its parser has already read the body. */
function unread(request: NodeRequest & { _body?: boolean }): NodeRequest {
  return request._body
    ? Object.assign(request, { rawBody: Buffer.from(JSON.stringify(request.body)) })
    : request;
}
