import type { Mapping } from '../mapping/mapping.ts';
import type { RawGroup, Store } from '../store/store.ts';
import type { SyncProgress } from '../sync.ts';
import type { OktaReader } from './okta.ts';
import { parseGroup, type rawGroup } from './raw.ts';

/** What the parts of one run share. */
export interface Engine {
  store: Store;
  mapping: Mapping;
  okta: OktaReader;
  /** Ids of the groups, or of the app, whose members are mirrored; undefined: everybody. */
  scope: readonly string[] | undefined;
  /** The scope is an app. */
  isAppScope: boolean;
  /** Number of the full reading that is under way, or of the last one: it marks whom this connection sees. */
  crawl: number;
  signal: AbortSignal | undefined;
  onProgress(progress: SyncProgress): void;
  /** How many there will be in each phase, as far as that is known. */
  totals: Partial<Record<SyncProgress['phase'], number>>;
  /** What must be told even if nobody is watching. */
  notice(message: string): void;
  /** Groups whose members could not be read this time; they stay as they were. */
  unread: { id: string; message: string }[];
}

/** Okta may show a change some time after its lastUpdated: readings overlap by this, milliseconds. */
export const OVERLAP_MS = 5 * 60_000;

/** A `due` in the past: looked at in this run. */
export const IMMEDIATELY = 0;

/** Whether a user's row, or being in the scope, depends on memberships. */
export const dependsOnGroups = ({ mapping, scope }: Engine): boolean =>
  mapping.usesGroups || scope !== undefined;

/** A group with what it is used for. */
export function usedGroup({ mapping, scope }: Engine, raw: ReturnType<typeof rawGroup>): RawGroup {
  const { mirrored, members } = mapping.useOf(parseGroup(raw.raw));
  return { ...raw, mirrored, members: members || (scope?.includes(raw.id) ?? false) };
}

/** Saves groups. Members of those with another name are due: their rows may depend on it. */
export async function putGroups(
  { store, mapping }: Engine,
  groups: readonly RawGroup[],
  crawl?: number,
): Promise<void> {
  const known = mapping.usesGroups ? await store.groupsById(groups.map(({ id }) => id)) : [];
  const before = new Map(known.map((group) => [group.id, nameOf(group)]));
  const renamed = groups.filter((group) => before.has(group.id) && before.get(group.id) !== nameOf(group));
  const ids = renamed.map(({ id }) => id);
  // In this order, a kill in between loses nothing.
  if (ids.length > 0) await store.dueMembersOf(ids, IMMEDIATELY);
  await store.putGroups(groups, IMMEDIATELY, crawl);
}

const nameOf = ({ raw }: { raw: string }): unknown => parseGroup(raw).profile.name;
