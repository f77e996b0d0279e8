import type { RequestListener } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { holdHeapSmall } from '../../src/cli/small-heap.ts';
import { openScimStore } from '../../src/scim/open.ts';
import { scimServer } from '../../src/scim/server.ts';

/** The server of `okta-connector scim`, with a SQLite file as its store. */
export async function connectorListener(file: string, token: string): Promise<RequestListener> {
  holdHeapSmall();
  const server = scimServer({ store: await openScimStore(file), token });
  return getRequestListener(server.fetch);
}
