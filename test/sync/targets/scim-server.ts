import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import express, { type NextFunction, type Request, type Response } from 'express';
import SCIMMY from 'scimmy';
import SCIMMYRouters from 'scimmy-routers';
import { onTestFinished } from 'vitest';

export const TOKEN = 'scim-test-token';

/** A resource as it is stored. */
export interface Stored {
  id: string;
  [name: string]: unknown;
}

/** What happens to a request instead of, or after, its execution. */
export type Fault = { status: number; headers?: Record<string, string>; body?: object } | 'cut' | 'cut after';

export interface ScimTestServer {
  url: string;
  users: Map<string, Stored>;
  groups: Map<string, Stored>;
  /** Method and path below the base URL, decoded. */
  asked: string[];
  writes(): string[];
  /** Decides for each request; undefined executes it. */
  fault: ((asked: string, count: number) => Fault | undefined) | undefined;
  /** Names are cut at this length, as some servers do. */
  cutAt: number;
  /** Some servers drop what they have no column for. */
  keepsLinks: boolean;
  userOf(oktaId: string): Stored;
  groupOf(oktaId: string): Stored;
  /** Ids of Okta of the members of a group. */
  membersOf(oktaGroupId: string): string[];
}

let current: ScimTestServer;

const { Types, Resources } = SCIMMY;

/** A resource type of SCIMMY, as far as it is used here: its own types are those of its classes. */
interface ResourceHandlers {
  ingress(work: (resource: { id?: string }, given: object) => Promise<Stored>): ResourceHandlers;
  egress(work: (resource: Asked) => Promise<Stored | Stored[]>): ResourceHandlers;
  degress(work: (resource: { id?: string }) => Promise<void>): ResourceHandlers;
}

interface Asked {
  id?: string;
  filter?: { match(all: Stored[]): Stored[] };
}

const scimError = (status: number, type: string, detail: string) =>
  new Types.Error(status, type as ConstructorParameters<typeof Types.Error>[1], detail);

/** Handlers over a map; SCIMMY itself does schemas, filters, PATCH and errors. */
function store(type: ResourceHandlers, of: () => Map<string, Stored>, unique: string): void {
  type
    .ingress(async ({ id }, given) => {
      const { meta: _, ...data } = JSON.parse(JSON.stringify(given)) as Stored;
      const name = String(data[unique]).slice(0, current.cutAt);
      const twin = [...of().values()].find((one) => one.id !== id && one[unique] === name);
      if (twin) throw scimError(409, 'uniqueness', `${unique} is taken`);
      if (id !== undefined && !of().has(id)) throw scimError(404, '', 'not found');
      const stored: Stored = { ...data, id: id ?? randomUUID(), [unique]: name };
      if (!current.keepsLinks) delete stored.externalId;
      of().set(stored.id, stored);
      return stored;
    })
    .egress(async ({ id, filter }) => {
      if (id === undefined) {
        const all = structuredClone([...of().values()]);
        return filter ? filter.match(all) : all;
      }
      const found = of().get(id);
      if (!found) throw scimError(404, '', 'not found');
      return structuredClone(found);
    })
    .degress(async ({ id = '' }) => {
      if (!of().delete(id)) throw scimError(404, '', 'not found');
    });
}

let isDeclared = false;

function declare() {
  if (isDeclared) return;
  isDeclared = true;
  Resources.User.extend(SCIMMY.Schemas.EnterpriseUser, false);
  Resources.declare(Resources.User);
  Resources.declare(Resources.Group);
  store(Resources.User as unknown as ResourceHandlers, () => current.users, 'userName');
  store(Resources.Group as unknown as ResourceHandlers, () => current.groups, 'displayName');
}

/** A SCIM server of another project on loopback, closed after the test. SCIMMY is global: one server at a time. */
export async function scimServer({ patch = true } = {}): Promise<ScimTestServer> {
  declare();
  const app = express();
  let count = 0;
  app.use((request: Request, response: Response, next: NextFunction) => {
    const path = decodeURIComponent(request.originalUrl.slice('/scim/v2'.length));
    const asked = `${request.method} ${path}`;
    current.asked.push(asked);
    const fault = current.fault?.(asked, ++count);
    if (fault === 'cut') return void request.socket.destroy();
    if (fault === 'cut after') {
      // The server does its work, the answer gets lost.
      response.send = response.end = () => {
        request.socket.destroy();
        return response;
      };
      return next();
    }
    if (fault)
      return void response
        .status(fault.status)
        .set(fault.headers ?? {})
        .json(fault.body ?? {});
    next();
  });
  app.use(
    '/scim/v2',
    new SCIMMYRouters({
      type: 'bearer',
      handler: (request: Request) => {
        if (request.header('authorization') !== `Bearer ${TOKEN}`) throw new Error('unknown token');
        return 'sync';
      },
    }),
  );
  // The routers have set what they can do.
  SCIMMY.Config.set({ patch, filter: { supported: true, maxResults: 200 } });
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const linked = (of: Map<string, Stored>, oktaId: string) => {
    const found = [...of.values()].filter((one) => one.externalId === oktaId);
    if (found.length !== 1) throw new Error(`${found.length} records of ${oktaId}`);
    return found[0] as Stored;
  };
  current = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/scim/v2/`,
    users: new Map(),
    groups: new Map(),
    asked: [],
    writes: () => current.asked.filter((one) => !one.startsWith('GET ')),
    fault: undefined,
    cutAt: 1_000,
    keepsLinks: true,
    userOf: (oktaId) => linked(current.users, oktaId),
    groupOf: (oktaId) => linked(current.groups, oktaId),
    membersOf: (oktaGroupId) =>
      ((linked(current.groups, oktaGroupId).members ?? []) as { value: string }[])
        .map(({ value }) => String(current.users.get(value)?.externalId ?? value))
        .sort(),
  };
  return current;
}
