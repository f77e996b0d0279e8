import type { Json } from '../json.ts';
import type { Org } from '../org.ts';

/** What the org has once, at a fixed path. @param initial what it is until somebody changes it */
export function readSingle(org: Org, path: string, initial: Json): Json {
  return { ...initial, ...org.objects.get(...split(path))?.body };
}

export function writeSingle(org: Org, path: string, body: Json): void {
  const [list, id] = split(path);
  const now = org.clock.seconds();
  org.objects.put({ id, list, created: now, lastUpdated: now, body });
}

function split(path: string): [list: string, id: string] {
  const cut = path.lastIndexOf('/');
  return [path.slice(0, cut), path.slice(cut + 1)];
}
