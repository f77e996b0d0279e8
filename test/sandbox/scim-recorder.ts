import { randomUUID } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach } from 'vitest';

export interface Recorded {
  method: string;
  /** As it was on the wire, still encoded. */
  url: string;
  /** Name, value, name, value: in the order and the case in which they came. */
  headers: string[];
  text: string;
  at: number;
}

// biome-ignore lint/suspicious/noExplicitAny: resources are looked into freely
type Resource = any;

/**
 * A SCIM server that keeps every byte it is sent. It is as simple as Okta allows: it finds by name, replaces by PUT, and
 * does in a PATCH only what Okta does.
 */
export interface ScimRecorder {
  baseUrl: string;
  recorded: Recorded[];
  /** Method and path of each request, with names instead of ids. */
  readonly lines: string[];
  users: Map<string, Resource>;
  groups: Map<string, Resource>;
  /** Answers instead; undefined lets it answer itself. */
  answer: ((request: Recorded, response: ServerResponse) => boolean | undefined) | undefined;
  forget(): void;
  /** Resets connections as a new process on the same port would: on their next request. */
  restart(): void;
  user(userName: string): Resource;
  group(displayName: string): Resource;
  bodies(method: string, path: RegExp): Resource[];
}

export function useScimRecorder(): ScimRecorder {
  const recorder: ScimRecorder = {
    baseUrl: '',
    recorded: [],
    get lines() {
      return this.recorded.map(({ method, url }) => `${method} ${named(decodeURIComponent(url))}`);
    },
    users: new Map(),
    groups: new Map(),
    answer: undefined,
    forget() {
      this.recorded = [];
    },
    restart() {
      for (const socket of sockets) stale.add(socket);
    },
    user: (userName) => only([...recorder.users.values()], (one) => one.userName === userName),
    group: (displayName) => only([...recorder.groups.values()], (one) => one.displayName === displayName),
    bodies: (method, path) =>
      recorder.recorded
        .filter((one) => one.method === method && path.test(one.url))
        .map(({ text }) => JSON.parse(text)),
  };
  const named = (url: string) =>
    url
      .replace('/scim/v2', '')
      .replace(
        /[0-9a-f-]{36}/,
        (id) => recorder.users.get(id)?.userName ?? recorder.groups.get(id)?.displayName ?? id,
      );
  const [sockets, stale] = [new Set<Socket>(), new WeakSet<Socket>()];
  const server = createServer((request, response) => {
    if (stale.has(request.socket)) return void request.socket.resetAndDestroy();
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      const { method = '', url = '', rawHeaders: headers } = request;
      const one: Recorded = { method, url, headers, text, at: Date.now() };
      recorder.recorded.push(one);
      if (recorder.answer?.(one, response) !== true) respond(recorder, one, response);
    });
  });
  server.on('connection', (socket) => sockets.add(socket));
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    recorder.baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/scim/v2`;
  });
  beforeEach(() => {
    recorder.recorded = [];
    recorder.users.clear();
    recorder.groups.clear();
    recorder.answer = undefined;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return recorder;
}

function only(all: Resource[], wanted: (one: Resource) => boolean): Resource {
  const found = all.filter(wanted);
  if (found.length !== 1) throw new Error(`${found.length} resources are wanted ones`);
  return found[0];
}

export function json(response: ServerResponse, status: number, body: unknown, headers = {}): true {
  response.writeHead(status, { 'content-type': 'application/scim+json', ...headers });
  response.end(JSON.stringify(body));
  return true;
}

export const scimError = (response: ServerResponse, status: number, detail: string, headers = {}) =>
  json(
    response,
    status,
    { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status, detail },
    headers,
  );

function respond(
  { users, groups }: ScimRecorder,
  { method, url, text }: Recorded,
  response: ServerResponse,
): void {
  const { pathname, searchParams } = new URL(url, 'http://x');
  const [, type = '', id] = /^\/scim\/v2\/(Users|Groups)(?:\/(.+))?$/.exec(pathname) ?? [];
  const kept = type === 'Users' ? users : groups;
  const body = text === '' ? undefined : JSON.parse(text);
  const known = id === undefined ? undefined : kept.get(id);
  if (id !== undefined && !known) return void scimError(response, 404, `There is no ${id}`);
  if (method === 'GET' && id === undefined) {
    const value = /eq "(.*)"/.exec(searchParams.get('filter') ?? '')?.[1]?.toLowerCase();
    const name = type === 'Users' ? 'userName' : 'displayName';
    const found = [...kept.values()].filter(
      (one) => value === undefined || one[name].toLowerCase() === value,
    );
    const start = Number(searchParams.get('startIndex') ?? 1);
    const Resources = found.slice(start - 1, start - 1 + Number(searchParams.get('count') ?? 100));
    const counts = { totalResults: found.length, startIndex: start, itemsPerPage: Resources.length };
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:ListResponse'];
    return void json(response, 200, { schemas, ...counts, Resources });
  }
  if (method === 'DELETE') {
    kept.delete(id as string);
    return void response.writeHead(204).end();
  }
  if (method === 'POST') {
    const { schemas, password: _, ...rest } = body;
    const made = { schemas, id: randomUUID(), ...rest, meta: { resourceType: type.slice(0, -1) } };
    kept.set(made.id, made);
    return void json(response, 201, made);
  }
  if (method === 'PUT') {
    const { password: _, ...rest } = body;
    kept.set(id as string, { ...rest, id });
  }
  if (method === 'PATCH') {
    for (const { op, path, value } of body.Operations) {
      const member = /^members\[value eq "(.*)"\]$/.exec(path ?? '')?.[1];
      const members: { value: string }[] = known.members ?? [];
      if (member) known.members = members.filter((one) => one.value !== member);
      else if (path === 'members') known.members = op === 'add' ? [...members, ...value] : value;
      else Object.assign(known, value);
    }
    delete known.password;
  }
  return void json(response, 200, kept.get(id as string));
}
