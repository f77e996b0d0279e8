import { ScimError } from '../error.ts';
import type { ScimType } from '../store/store.ts';

/** What a path is about. */
export type Route =
  | { about: 'config' }
  | { about: 'bulk' }
  | { about: 'me' }
  | { about: 'root' }
  | { about: 'search' }
  | { about: 'resourceTypes'; id: string | undefined }
  | { about: 'schemas'; id: string | undefined }
  | { about: 'listSearch'; type: ScimType }
  | ResourceRoute;

/** A path of resources of one type, or of one of them. */
export type ResourceRoute =
  | { about: 'list'; type: ScimType }
  | { about: 'resource'; type: ScimType; id: string };

const METHODS: Readonly<Record<Route['about'], readonly string[]>> = {
  config: ['GET'],
  resourceTypes: ['GET'],
  schemas: ['GET'],
  root: ['GET'],
  me: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
  bulk: ['POST'],
  search: ['POST'],
  listSearch: ['POST'],
  list: ['GET', 'POST'],
  resource: ['GET', 'PUT', 'PATCH', 'DELETE'],
};

/**
 * Finds what a path below the base is about.
 * @throws ScimError 404, and 405 with `Allow` for a method that it does not have.
 */
export function route(method: string, path: string): Route {
  const found = find(path);
  if (!found) {
    throw new ScimError(
      404,
      'There is nothing at this path; the API has /Users, /Groups, /Bulk and /Schemas',
    );
  }
  const allowed = METHODS[found.about];
  if (!allowed.includes(method)) {
    throw new ScimError(405, `This path does not take ${method}; it takes ${allowed.join(', ')}`, {
      headers: { Allow: allowed.join(', ') },
    });
  }
  return found;
}

const LISTS: Readonly<Record<string, ScimType>> = { Users: 'User', Groups: 'Group' };

function find(path: string): Route | undefined {
  const [first, id, ...more] = path
    .split('/')
    .filter((part) => part !== '')
    .map(decoded);
  if (more.length > 0) return undefined;
  if (first === undefined) return { about: 'root' };
  const type = Object.hasOwn(LISTS, first) ? LISTS[first] : undefined;
  if (type) {
    if (id === undefined) return { about: 'list', type };
    return id === '.search' ? { about: 'listSearch', type } : { about: 'resource', type, id };
  }
  if (first === 'ResourceTypes') return { about: 'resourceTypes', id };
  if (first === 'Schemas') return { about: 'schemas', id };
  if (first === 'Me') return { about: 'me' };
  if (id !== undefined) return undefined;
  if (first === 'ServiceProviderConfig') return { about: 'config' };
  if (first === 'Bulk') return { about: 'bulk' };
  return first === '.search' ? { about: 'search' } : undefined;
}

/** What is not decodable is no id of ours. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
