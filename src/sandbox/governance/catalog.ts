import { oktaError } from '../errors.ts';
import { defineKind } from '../kinds/kind.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import type { Org } from '../org.ts';
import { governedView } from './governed.ts';

/** What users can request. */
export const catalogEntries = defineKind({
  ...{ path: '/governance/api/v2/catalogs/default/entries', param: 'entryId', prefix: 'cen' },
  ...{ type: 'CatalogEntry', scope: 'okta.accessRequests.catalog', serves: ['list', 'read'] },
  list: { limit: [20, 200], in: 'data', select: ({ query }) => below(query.get('filter') ?? '') },
  view(call, entry) {
    const { created, lastUpdated, resourceId, ...members } = governedView(call, entry);
    return members;
  },
});

/** Okta insists on a filter: the entries at the top, or those below one. @throws Refusal E0000031 */
function below(filter: string): (entry: StoredObject) => boolean {
  const [, parent] = /^parent eq "(\w+)"$/.exec(filter) ?? [];
  if (parent === undefined && !/^not\s*\(parent pr\)$/.test(filter))
    throw oktaError('E0000031', '', ['filter: parent is expected']);
  return ({ body }) => body.parent === parent;
}

/** Adds a resource to the catalog, if it is not there. */
export function addEntry({ objects, ids, apps, clock }: Org, resourceId: string): void {
  const known = [...objects.of(catalogEntries.path)].some(({ body }) => body.resourceId === resourceId);
  if (known) return;
  const now = clock.seconds();
  objects.put({
    ...{ id: ids.next('cen'), list: catalogEntries.path, created: now, lastUpdated: now },
    body: { name: apps.get(resourceId)?.label ?? resourceId, requestable: true, resourceId },
  });
}
