import type { ScimLogEntry } from '../../src/scim/protocol/log.ts';
import { type ScimServerOptions, scimServer } from '../../src/scim/server.ts';
import { memoryScimStore } from '../../src/scim/store/memory.ts';
import type { ScimEvent, ScimStore } from '../../src/scim/store/store.ts';

export const TOKEN = 'a-token-of-the-tests';
export const BASE = 'https://scim.acme.test/scim/v2';
export const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

// biome-ignore lint/suspicious/noExplicitAny: bodies are what the tests are about
export type Json = any;

export interface Answered {
  status: number;
  body: Json;
  headers: Headers;
}

export interface Tested {
  store: ScimStore;
  log: ScimLogEntry[];
  /** Sends a request as Okta does; headers replace those of Okta. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answered>;
  get(path: string): Promise<Answered>;
  /** Creates a user, with more attributes. */
  user(userName: string, more?: object): Promise<Json>;
  group(displayName: string, memberIds?: string[]): Promise<Json>;
  patch(path: string, ...operations: object[]): Promise<Answered>;
  /** Ids of members, in the order of the answer. */
  membersOf(groupId: string): Promise<string[]>;
  /** Events since the last call. */
  events(): Promise<ScimEvent[]>;
  kinds(): Promise<string[]>;
  fetch(request: Request): Promise<Response>;
  close(): Promise<void>;
}

/** A server of its own, with an empty store in memory unless one is given. */
export function opened(options: Partial<ScimServerOptions> = {}): Tested {
  const store = options.store ?? memoryScimStore();
  const log: ScimLogEntry[] = [];
  const service = scimServer({ token: TOKEN, store, log: (entry) => log.push(entry), ...options });
  let seen = 0;
  const call: Tested['call'] = async (method, path, body, headers = {}) => {
    const response = await service.fetch(
      new Request(BASE + path, {
        method,
        headers: {
          ...{ authorization: `Bearer ${TOKEN}`, accept: 'application/scim+json' },
          ...(body === undefined ? {} : { 'content-type': 'application/scim+json; charset=utf-8' }),
          ...headers,
        },
        body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
      }),
    );
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
  };
  const made = async (path: string, body: object) => {
    const { status, body: resource } = await call('POST', path, body);
    if (status !== 201) throw new Error(`${status} ${JSON.stringify(resource)}`);
    return resource;
  };
  const events = async () => {
    const found = await store.events(seen, 10_000);
    seen = found.at(-1)?.seq ?? seen;
    return found;
  };
  return {
    ...{ store, log, call, events, fetch: service.fetch, close: service.close },
    get: (path) => call('GET', path),
    user: (userName, more = {}) => made('/Users', { schemas: [USER], userName, active: true, ...more }),
    group: (displayName, ids = []) =>
      made('/Groups', { displayName, members: ids.map((value) => ({ value, display: 'somebody' })) }),
    patch: (path, ...Operations) =>
      call('PATCH', path, { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations }),
    membersOf: async (id) => {
      const { body } = await call('GET', `/Groups/${id}`);
      return body.members.map(({ value }: { value: string }) => value);
    },
    kinds: async () => (await events()).map(({ kind }) => kind),
  };
}

export const encoded = (filter: string): string => encodeURIComponent(filter);
