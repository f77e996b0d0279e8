import type { Call } from '../http.ts';
import type { Json } from '../json.ts';
import { partyOf } from '../kinds/endpoints.ts';
import type { Kind } from '../kinds/kind.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import type { EventType } from '../system-log/event-types.ts';
import { record } from '../system-log/record.ts';

/** Logs what happened to a request for access, with the type that Okta gives to such a target. */
export function recordRequest(
  call: Call,
  eventType: EventType,
  kind: Kind,
  request: StoredObject,
  debugData: Json = {},
): void {
  record(call, eventType, {
    target: [{ ...partyOf(kind, request), type: 'ACCESS_REQUEST' }],
    debugData: { accessRequestId: request.id, ...usersOf(request), ...debugData },
  });
}

function usersOf({ body: { requestedBy, requestedFor, requesterUserIds } }: StoredObject): Json {
  if (Array.isArray(requesterUserIds)) return { requesterId: requesterUserIds[0] };
  return { requesterId: (requestedBy as Json).externalId, requestedForId: (requestedFor as Json).externalId };
}
