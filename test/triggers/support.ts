import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { afterAll, afterEach, beforeEach } from 'vitest';
import type { Client } from '../../src/client.ts';
import { connect } from '../../src/connect.ts';
import type { Clock } from '../../src/http/types.ts';
import type { ConnectOptions } from '../../src/session/options.ts';
import type { Client as Org } from '../sandbox/support.ts';
import { useSandbox } from '../sandbox/support.ts';

export interface Item {
  id: string;
  eventType: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into events of every shape
  [member: string]: any;
}

export interface TestOrg extends Org {
  /** A client of the org, closed after the test. */
  connect(options?: ConnectOptions): Client;
  /** Appends events of one type to the log. @returns their uuids. */
  append(count: number, eventType?: string, more?: object): Promise<string[]>;
  /** Lets requests fail. */
  fault(fault: object, more?: object): Promise<unknown>;
  /** What the org was asked for at this path. */
  asked(path: string, method?: string): Promise<{ query: string; path: string; status: number }[]>;
}

const roomy = { '/api/v1/logs': 100_000, '/api/v1': 100_000, '/api/v1/users': 100_000 };

/** A sandbox for a file of tests, at its seed and with roomy limits before each of them. */
export function useOrg(): TestOrg {
  const org = useSandbox() as TestOrg;
  const clients: Client[] = [];
  beforeEach(async () => {
    await org.control('PUT', '/limits', roomy);
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });
  org.connect = (options) => {
    const { orgUrl, apiToken } = org.sandbox;
    const client = connect({ orgUrl, auth: { type: 'api_token', token: apiToken } }, options);
    clients.push(client);
    return client;
  };
  org.append = async (count, eventType = 'user.session.start', more = {}) =>
    (await org.control('POST', '/events', Array(count).fill({ eventType, ...more }))).body.uuids;
  org.fault = (fault, more = {}) => org.control('POST', '/faults', { fault, ...more });
  org.asked = async (path, method = 'GET') => {
    const { requests } = (await org.control('GET', `/requests?method=${method}`)).body;
    return requests.filter((one: { path: string }) => one.path === path);
  };
  return org;
}

/** The machine's time, wrong by an offset. */
export const clockOff = (offsetMs: number): Clock => ({
  now: () => Date.now() + offsetMs,
  sleep: async () => {},
});

/** A clock that moves only by sleeping: waits cost no time, and add up. */
export function jumpClock(): Clock & { slept: number[] } {
  let offset = 0;
  const slept: number[] = [];
  return {
    slept,
    now: () => Date.now() + offset,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      slept.push(ms);
      offset += ms;
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
    },
  };
}

/** Everything that comes. */
export async function take(items: AsyncIterable<unknown>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item as Item);
  return all;
}

export const ids = (items: readonly Item[]): string[] => items.map(({ id }) => id);

/** Waits until something is so. */
export async function until(what: () => boolean | Promise<boolean>, ms = 3_000): Promise<void> {
  for (const end = Date.now() + ms; !(await what()); ) {
    if (Date.now() > end) throw new Error(`not within ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A server on a port of this machine, whose handler can be changed; it answers 500 while there is none. */
export function useServer(): { url: string; fetch: ((request: Request) => Promise<Response>) | undefined } {
  const mount: ReturnType<typeof useServer> = { url: '', fetch: undefined };
  const listener = getRequestListener(
    async (request) => (await mount.fetch?.(request)) ?? new Response(null, { status: 500 }),
  );
  const server = createServer(listener);
  beforeEach(async () => {
    mount.fetch = undefined;
    if (server.listening) return;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    mount.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return mount;
}
