import { isId, isRecord } from './id-map.ts';
import type { Take } from './recordings.ts';

/** An object as Okta answered it, at its path. */
export interface Found {
  path: string;
  body: Record<string, unknown>;
}

/**
 * The objects that an org held before the take began, as far as the take shows them: what a GET answers although no request of
 * the take created it, neither itself nor what it belongs or refers to.
 */
export function neededBy({ exchanges }: Take): Found[] {
  const created = new Set<string>();
  const found = new Map<string, Found>();
  for (const { request, response } of exchanges) {
    const { body, status } = response;
    const { pathname } = new URL(request.url);
    if (status >= 300) continue;
    if (request.method === 'GET')
      for (const object of objectsIn(pathname, body)) {
        const own = JSON.stringify(object).match(/[\w-]{10,64}/g) ?? [];
        if (!own.some((word) => created.has(word)) && !found.has(object.path)) found.set(object.path, object);
      }
    else if (
      isRecord(body) &&
      typeof body.id === 'string' &&
      !pathname.includes(body.id) &&
      !found.has(body.id)
    )
      created.add(body.id);
  }
  return [...found.values()].sort((a, b) => depth(a) - depth(b));
}

/** The objects in an answer to a GET, each at the path where it lives. */
function objectsIn(pathname: string, body: unknown): Found[] {
  if (isRecord(body) && pathname.endsWith(`/${body.id}`)) return [{ path: pathname, body }];
  return itemsOf(body).flatMap((item) => {
    const path = selfPath(item) ?? `${pathname}/${item.id}`;
    return typeof item.id === 'string' && isId(item.id) && path.endsWith(`/${item.id}`)
      ? [{ path, body: item }]
      : [];
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
