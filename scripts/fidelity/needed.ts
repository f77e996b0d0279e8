import { isRecord } from './id-map.ts';
import { bodyOf, type Take } from './recordings.ts';

/** An object as Okta answered it, at its path. */
export interface Found {
  path: string;
  body: Record<string, unknown>;
}

/**
 * The objects that an org held before the take began, as far as the take shows them: what a GET answers although no request of
 * the take created it, neither itself nor what it belongs or refers to; and what requests name that no write had answered.
 */
export function neededBy({ exchanges }: Take): Found[] {
  const created = new Set<string>();
  const written = new Set<string>();
  const seen = new Map<string, Found>();
  const named = new Map<string, Found>();
  for (const exchange of exchanges.filter(({ response }) => response.status < 300)) {
    const { request, response } = exchange;
    const { body } = response;
    const { pathname } = new URL(request.url);
    for (const id of wordsOf([pathname, bodyOf(exchange)])) {
      const object = written.has(id) ? undefined : plainObject(id, request.body);
      if (object) named.set(object.path, object);
    }
    if (request.method === 'GET') {
      for (const object of objectsIn(pathname, addressed(pathname, body)))
        if (!seen.has(object.path) && !wordsOf(object).some((word) => created.has(word)))
          seen.set(object.path, object);
      continue;
    }
    if (isRecord(body) && typeof body.id === 'string' && !pathname.includes(body.id)) created.add(body.id);
    for (const word of wordsOf(body)) written.add(word);
  }
  return [...new Map([...named, ...seen]).values()].sort((a, b) => depth(a) - depth(b));
}

/** Identity sources address their records by the ids that those have elsewhere. */
function addressed(pathname: string, body: unknown): unknown {
  const isOwn = isRecord(body) && pathname.endsWith(`/${body.externalId}`);
  return isOwn ? { ...body, id: body.externalId } : body;
}

function wordsOf(value: unknown): string[] {
  return JSON.stringify(value ?? null).match(/[\w-]{10,64}/g) ?? [];
}

/** An object of which only the id is known, which says what it is. A policy has the type that a rule for it has. */
function plainObject(id: string, sent: unknown): Found | undefined {
  if (!/^\w{20}$/.test(id)) return undefined;
  const login = `${id}@example.com`;
  const status = 'ACTIVE';
  const rule = isRecord(sent) ? sent.type : undefined;
  const type = rule === 'SIGN_ON' ? 'OKTA_SIGN_ON' : rule;
  const policy = { path: `/api/v1/policies/${id}`, body: { id, type, name: id, status, conditions: null } };
  const objects: Record<string, Found> = {
    '00u': {
      path: `/api/v1/users/${id}`,
      body: { id, status, profile: { login, email: login, firstName: 'A', lastName: 'B' } },
    },
    '00g': { path: `/api/v1/groups/${id}`, body: { id, type: 'OKTA_GROUP', profile: { name: id } } },
    '0oa': {
      path: `/api/v1/apps/${id}`,
      body: { id, name: 'template_swa', label: id, signOnMode: 'BROWSER_PLUGIN', status },
    },
    '00T': { path: `/api/v1/api-tokens/${id}`, body: { id, name: id } },
    // The type of users that nobody asked for is the default one.
    oty: { path: `/api/v1/meta/types/user/${id}`, body: { id, name: 'user' } },
    aus: {
      path: `/api/v1/authorizationServers/${id}`,
      body: { id, name: id, audiences: ['api://default'], status },
    },
    cen: { path: `/governance/api/v2/catalogs/default/entries/${id}`, body: { id, name: id } },
    rst: policy,
    '00p': policy,
  };
  return objects[id.slice(0, 3)];
}

/** The objects in an answer to a GET, each at the path where it lives. */
function objectsIn(pathname: string, body: unknown): Found[] {
  const isOne = isRecord(body) && (body.id === undefined || pathname.endsWith(`/${body.id}`));
  if (isOne && itemsOf(body).every(({ id }) => id === undefined)) return [{ path: pathname, body }];
  return itemsOf(body).flatMap((item) => {
    const path = selfPath(item) ?? (item.id === undefined ? '' : `${pathname}/${item.id}`);
    const isThere = item.id === undefined ? path.startsWith(`${pathname}/`) : path.endsWith(`/${item.id}`);
    return isThere ? [{ path, body: item }] : [];
  });
}

/** The objects of a list, which some answers have in a member. */
export function itemsOf(body: unknown): Record<string, unknown>[] {
  const items = isRecord(body) && body.id === undefined ? Object.values(body).flat() : body;
  return Array.isArray(items) ? items.filter(isRecord) : [];
}

function selfPath({ _links: links }: Record<string, unknown>): string | undefined {
  const self = isRecord(links) ? links.self : undefined;
  return isRecord(self) && typeof self.href === 'string' ? new URL(self.href).pathname : undefined;
}

function depth({ path }: Found): number {
  return path.split('/').length;
}
