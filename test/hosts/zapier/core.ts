import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { ZapierApp, ZapierOperation } from '../../../src/hosts/zapier/app.ts';

// CommonJS, and its schema must come from the same place.
const require = createRequire(import.meta.url);
const core = require('zapier-platform-core');

export const { createAppTester } = core as typeof import('zapier-platform-core');
const { createAppHandler } = core;
const { prepareApp, validateApp } = require('zapier-platform-core/src/tools/schema');

/** What Zapier's schema, and its rules beyond it, have against an integration. */
export const problemsOf = (app: ZapierApp): string[] =>
  validateApp(prepareApp(app)).map((one: { stack: string }) => one.stack);

export interface ZapierStorage {
  url: string;
  /** What is kept, by operation. */
  cursors: Map<string, string>;
  /** What the core sent to Zapier's log. */
  log: string[];
  close(): void;
}

/** Where Zapier keeps positions, pages and the log: its core sends them there over HTTP. */
export async function zapierStorage(): Promise<ZapierStorage> {
  const cursors = new Map<string, string>();
  const log: string[] = [];
  const server = createServer(async (request, response) => {
    const sent = await text(request);
    if (request.url === '/log') {
      log.push(sent);
      response.end('{}');
      return;
    }
    const { id, storeKey, method, params } = JSON.parse(sent);
    if (method === 'set_cursor') cursors.set(storeKey, params[0]);
    const result = method === 'get_cursor' ? (cursors.get(storeKey) ?? null) : null;
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ id, result }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  process.env.LOGGING_ENDPOINT = `${url}/log`;
  return { url, cursors, log, close: () => server.close() };
}

/** Zapier's handler of an integration, with one connected account. */
export function zapierWith(app: ZapierApp, authData: object, storage?: ZapierStorage) {
  const handle = createAppHandler(app);
  return {
    // biome-ignore lint/suspicious/noExplicitAny: results have many shapes
    async run(method: string, inputData: object = {}, meta: object = {}): Promise<any> {
      const event = { command: 'execute', method, bundle: { authData, inputData, meta } };
      const place = storage && { rpc_base: storage.url, token: 'zapier', storeKey: method };
      return (await handle({ ...event, ...place })).results;
    },
  };
}

export const operationsOf = ({ triggers, searches, creates }: ZapierApp): ZapierOperation[] =>
  [triggers, searches, creates].flatMap((all) => Object.values(all));
