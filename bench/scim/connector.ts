import type { RequestListener } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { openScimStore } from '../../src/scim/open.ts';
import { scimServer } from '../../src/scim/server.ts';

/** The connector's server, with a SQLite file as its store. */
export async function connectorListener(file: string, token: string): Promise<RequestListener> {
  const server = scimServer({ store: await openScimStore(file), token });
  return getRequestListener(server.fetch);
}
