import { getRequestListener } from '@hono/node-server';
import { InputError } from '../../errors/errors.ts';
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

const servers = new WeakMap<object, Map<string, Fetch>>();

/**
 * Serves everything at and below a path of Node-RED's server.
 * @param path with the root of Node-RED's HTTP nodes.
 * @returns a function that ends it.
 * @throws InputError when another node is there.
 */
export function serveUnder(RED: NodeRed, path: string, fetch: Fetch): () => void {
  const mine = servers.get(RED.httpNode) ?? new Map<string, Fetch>();
  if (!servers.has(RED.httpNode)) {
    servers.set(RED.httpNode, mine);
    // One handler for all nodes: Express cannot remove one.
    RED.httpNode.use((request, response, next) => {
      const { originalUrl } = request;
      const [found] = [...mine].filter(([path]) => isUnder(path, originalUrl));
      // Within Node-RED's root, Express has cut the URL.
      if (found)
        void getRequestListener(found[1])(Object.assign(unread(request), { url: originalUrl }), response);
      else next();
    });
  }
  if (mine.has(path)) {
    throw new InputError(`Another node serves at ${path}`, { hint: 'Give this one another path.' });
  }
  mine.set(path, fetch);
  return () => {
    if (mine.get(path) === fetch) mine.delete(path);
  };
}

const isUnder = (path: string, url: string) =>
  url.startsWith(path) && /^(\/|\?|$)/.test(url.slice(path.length));

/** If the editor is at the root of the server (Node-RED's default), its parser has already read the body. */
function unread(request: NodeRequest & { _body?: boolean }): NodeRequest {
  return request._body
    ? Object.assign(request, { rawBody: Buffer.from(JSON.stringify(request.body)) })
    : request;
}
