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
  const items = Array.isArray(body) ? body : [body];
  return items.flatMap((item) => {
    if (!isRecord(item) || typeof item.id !== 'string' || !isId(item.id)) return [];
    const own = pathname.endsWith(`/${item.id}`) ? pathname : (selfPath(item) ?? `${pathname}/${item.id}`);
    return own.endsWith(`/${item.id}`) && Array.isArray(body) !== (own === pathname)
      ? [{ path: own, body: item }]
      : [];
  });
}

function selfPath({ _links: links }: Record<string, unknown>): string | undefined {
  const self = isRecord(links) ? links.self : undefined;
  return isRecord(self) && typeof self.href === 'string' ? new URL(self.href).pathname : undefined;
}

function depth({ path }: Found): number {
  return path.split('/').length;
}
