import { defineKind } from '../kinds/kind.ts';
import type { Org } from '../org.ts';
import { governedView } from './governed.ts';

/** What users can request. */
export const catalogEntries = defineKind({
  ...{ path: '/governance/api/v2/catalogs/default/entries', param: 'entryId', prefix: 'cen' },
  ...{ type: 'CatalogEntry', scope: 'okta.accessRequests.catalog', serves: ['list', 'read'] },
  list: { limit: [20, 200], in: 'data' },
  view(call, entry) {
    const { created, lastUpdated, resourceId, ...members } = governedView(call, entry);
    return members;
  },
});

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
