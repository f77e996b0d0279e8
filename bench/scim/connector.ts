import type { RequestListener } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { library } from '../built.ts';

/** What the library exports once the server is in it. */
interface ScimLibrary {
  openScimStore(file: string): Promise<unknown> | unknown;
  scimServer(options: { store: unknown; token: string }): { fetch(request: Request): Promise<Response> };
}

/** The connector's server as it is published, with a SQLite file as its store. */
export async function connectorListener(file: string, token: string): Promise<RequestListener> {
  const { openScimStore, scimServer } = (await library()) as unknown as ScimLibrary;
  const server = scimServer({ store: await openScimStore(file), token });
  return getRequestListener((request) => server.fetch(request));
}
