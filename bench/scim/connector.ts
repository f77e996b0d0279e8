import type { RequestListener } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { scimServer } from '../../src/scim/server.ts';
import { sqliteScimStore } from '../../src/scim/store/sqlite.ts';

/** The connector's server, with a SQLite file as its store. */
export async function connectorListener(file: string, token: string): Promise<RequestListener> {
  const server = scimServer({ store: await sqliteScimStore(file), token });
  return getRequestListener((request) => server.fetch(request));
}
