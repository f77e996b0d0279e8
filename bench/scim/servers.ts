/** The contestants: SCIM servers that Okta could push to. All of them check the same token and keep the same users. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { peakRssMb } from '../peak-memory.ts';
import { connectorListener } from './connector.ts';

export const TOKEN = 'bench-token-0123456789';

/** A resource as the servers in memory keep it. */
interface Kept {
  id: string;
  userName: string;
  [name: string]: unknown;
}

/** Users in memory, found by id and by name, in the order of their creation. */
class Users {
  readonly #inOrder: Kept[] = [];
  readonly #places = new Map<string, number>();
  readonly #ids = new Map<string, string>();

  get size(): number {
    return this.#inOrder.length;
  }

  get(id: string): Kept | undefined {
    const place = this.#places.get(id);
    return place === undefined ? undefined : this.#inOrder[place];
  }

  named(userName: string): Kept | undefined {
    return this.get(this.#ids.get(userName.toLowerCase()) ?? '');
  }

  put(user: Kept): void {
    const place = this.#places.get(user.id) ?? this.#inOrder.length;
    this.#inOrder[place] = user;
    this.#places.set(user.id, place);
    this.#ids.set(user.userName.toLowerCase(), user.id);
  }

  page(startIndex: number, count: number): Kept[] {
    return this.#inOrder.slice(startIndex - 1, startIndex - 1 + count);
  }

  all(): Kept[] {
    return this.#inOrder;
  }
}

/** scimmy-routers on express, with a store that answers a question for a userName, and pages, without looking at all users. */
async function scimmy(): Promise<RequestListener> {
  const [{ default: SCIMMY }, { default: Routers }, { default: express }] = await Promise.all([
    import('scimmy'),
    import('scimmy-routers'),
    import('express'),
  ]);
  const { Types, Resources } = SCIMMY;
  const users = new Users();
  type Asked = {
    id?: string;
    filter?: ({ userName?: [string, string] } & object)[] & { match(all: Kept[]): Kept[] };
    constraints?: { startIndex?: number; count?: number; totalResults?: number };
  };
  const handlers = {
    async ingress({ id }: Asked, given: object) {
      const { meta: _, password, ...data } = JSON.parse(JSON.stringify(given));
      const twin = users.named(data.userName);
      if (twin && twin.id !== id) throw new Types.Error(409, 'uniqueness', 'userName is taken');
      const user: Kept = { ...data, id: id ?? randomUUID() };
      users.put(user);
      return user;
    },
    async egress(resource: Asked) {
      const { id, filter, constraints } = resource;
      if (id !== undefined) {
        const user = users.get(id);
        if (!user) throw new Types.Error(404, null as never, 'not found');
        return user;
      }
      const [operator, name] = filter?.length === 1 ? (filter[0]?.userName ?? []) : [];
      if (operator === 'eq' && name !== undefined)
        return [users.named(name)].filter((one) => one !== undefined);
      if (filter) return filter.match(users.all());
      const { startIndex = 1, count = 100 } = constraints ?? {};
      resource.constraints = { startIndex, count, totalResults: users.size };
      return users.page(startIndex, count);
    },
  };
  // biome-ignore lint/suspicious/noExplicitAny: the types of the handlers are those of the library's own classes
  const type = Resources.User as any;
  type.ingress(handlers.ingress).egress(handlers.egress);
  Resources.declare(type);
  const app = express();
  app.use(
    '/scim/v2',
    new Routers({
      type: 'bearer',
      handler(request: { header(name: string): string | undefined }) {
        if (request.header('authorization') !== `Bearer ${TOKEN}`) throw new Error('unknown token');
        return 'bench';
      },
    }),
  );
  SCIMMY.Config.set({ patch: true, filter: { supported: true, maxResults: 200 } });
  return app as unknown as RequestListener;
}

/** The floor: hono and a map. It knows nothing of SCIM but these four requests. */
async function bare(): Promise<RequestListener> {
  const { Hono } = await import('hono');
  const users = new Users();
  const app = new Hono().basePath('/scim/v2');
  app.use(async (c, next) => {
    if (c.req.header('authorization') !== `Bearer ${TOKEN}`) return c.json({ status: '401' }, 401);
    return next();
  });
  const list = (Resources: Kept[], totalResults: number, startIndex: number) => ({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    ...{ totalResults, startIndex, itemsPerPage: Resources.length, Resources },
  });
  app.get('/Users', (c) => {
    const name = /^userName eq "(.*)"$/.exec(c.req.query('filter') ?? '')?.[1];
    if (name !== undefined) {
      const found = users.named(name);
      return c.json(list(found ? [found] : [], found ? 1 : 0, 1));
    }
    const [startIndex, count] = [Number(c.req.query('startIndex')), Number(c.req.query('count'))];
    return c.json(list(users.page(startIndex, count), users.size, startIndex));
  });
  app.post('/Users', async (c) => {
    const { password: _, ...data } = await c.req.json();
    const user = { ...data, id: randomUUID() };
    users.put(user);
    return c.json(user, 201);
  });
  app.patch('/Users/:id', async (c) => {
    const user = users.get(c.req.param('id'));
    if (!user) return c.json({ status: '404' }, 404);
    const { Operations } = await c.req.json<{ Operations: { value: object }[] }>();
    const changed = Object.assign({}, user, ...Operations.map(({ value }) => value));
    users.put(changed);
    return c.json(changed);
  });
  return getRequestListener(app.fetch);
}

/** The connector's own server, with users in a SQLite file that is on the disk before it answers. */
const connector = () => connectorListener(join(mkdtempSync(join(tmpdir(), 'bench-scim-')), 'scim.db'), TOKEN);

export const servers = { connector, scimmy, bare };
export type Name = keyof typeof servers;

/** What a server tells of itself when it is asked. */
export interface Account {
  cpuSeconds: number;
  peakRssMb: number;
}

if (import.meta.main) {
  const server = createServer(await servers[process.argv[2] as Name]());
  server.listen(0, '127.0.0.1', () => process.send?.(server.address()));
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuSeconds: (user + system) / 1e6, peakRssMb: peakRssMb() } satisfies Account);
  });
  process.on('disconnect', () => process.exit(0));
}
