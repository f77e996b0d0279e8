import { iso } from '../clock.ts';
import type { Call } from '../http.ts';
import type { Json } from '../json.ts';
import type { StoredObject } from '../kinds/object-store.ts';

/** A time as the governance API writes it: without milliseconds. */
const shortIso = (time: number): string => iso(time).replace('.000Z', 'Z');

/** Who created an object, for its body. */
export function createdBy({ principal: { userId, clientId } }: Call): Json {
  const id = userId ?? clientId;
  return { createdBy: id, lastUpdatedBy: id };
}

/** An object as the governance API returns it. @param links paths by the name of the link, besides `self` */
export function governedView(call: Call, object: StoredObject, links: Record<string, string> = {}): Json {
  const { id, list, body, created, lastUpdated } = object;
  const all = Object.entries({ ...links, self: `${list}/${id}` });
  return {
    id,
    ...body,
    ...{ created: shortIso(created), lastUpdated: shortIso(lastUpdated) },
    _links: Object.fromEntries(all.map(([name, path]) => [name, { href: call.origin + path, hints: {} }])),
  };
}
