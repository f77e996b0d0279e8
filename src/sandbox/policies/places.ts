import type { Call } from '../http.ts';
import type { StoredObject } from '../kinds/object-store.ts';

/** The place of a catch-all rule, which is always the last one. */
export const catchAllPlace = 99;

const placeOf = ({ body }: StoredObject) => Number(body.priority);

/** Orders policies and rules as they are evaluated. */
export const byPlace = (a: StoredObject, b: StoredObject): number => placeOf(a) - placeOf(b);

/**
 * Makes room for a policy or rule among those of its list, and gives its place. If the wanted place is taken, what is there and
 * after it moves down; without a wish, the new one comes after all others. What Okta made stays last.
 * @param peers the others of the list.
 * @param first the first place: 0 or 1.
 */
export function takePlace(
  call: Call,
  peers: readonly StoredObject[],
  wanted: unknown,
  first: number,
): number {
  const others = peers.filter((one) => placeOf(one) !== catchAllPlace);
  const own = others.filter(({ body }) => body.system !== true);
  const place = typeof wanted === 'number' ? wanted : Math.max(first - 1, ...own.map(placeOf)) + 1;
  if (others.some((one) => placeOf(one) === place))
    for (const one of others) if (placeOf(one) >= place) move(call, one, placeOf(one) + 1);
  for (const one of others) if (one.body.system === true && placeOf(one) < place) move(call, one, place + 1);
  return place;
}

/** Closes the gap that a deleted policy or rule leaves. */
export function leavePlace(call: Call, peers: readonly StoredObject[], left: StoredObject): void {
  for (const one of peers)
    if (placeOf(one) > placeOf(left) && placeOf(one) !== catchAllPlace) move(call, one, placeOf(one) - 1);
}

function move(call: Call, object: StoredObject, priority: number): void {
  const lastUpdated = call.org.clock.seconds();
  call.org.objects.put({ ...object, lastUpdated, body: { ...object.body, priority } });
}
