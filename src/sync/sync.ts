import type { Progress } from '../http/types.ts';
import type { Change, ChangeKind } from './change.ts';
import type { MappingInput } from './mapping/schema.ts';
import type { Store } from './store/store.ts';
import type { Target } from './targets/target.ts';

/** How far a run is. */
export interface SyncProgress {
  phase: 'users' | 'groups' | 'members' | 'changes';
  /** Users, groups, memberships or changes so far. */
  done: number;
  /** How many there will be, as far as that is known. */
  total?: number;
}

/** How many people may leave at once without a confirmation: a number, or a share of those who are active now. */
export type LeaverLimit = number | `${number}%`;

/** One run. */
export interface SyncOptions {
  /** Default: everybody, all groups but Everyone, standard fields. */
  mapping?: MappingInput;
  /** The snapshot: a file for SQLite, `postgres://…`, or a store. Default: in memory, so that everything is new each time. */
  state?: string | Store;
  /** Where changes go; a function is called with each batch, and must not fail for single changes. */
  target: Target | ((changes: readonly Change[]) => Promise<void>);
  /** Only tells what would change; the target is not called, and the next run still tells it. */
  dryRun?: boolean;
  /** Read everything again. Otherwise that happens every 7 days. */
  full?: boolean;
  /** Default: 10%. One leaver is never too many, unless the limit is 0. */
  maxLeavers?: LeaverLimit;
  /** Tell what an earlier run held back. */
  confirmHeld?: boolean;
  /** The first run tells nothing, only what changes from then on. */
  fromNow?: boolean;
  signal?: AbortSignal;
  progress?: Progress;
  onProgress?: (progress: SyncProgress) => void;
}

/** Who and what would leave the mirror. */
export interface Leaving {
  /** People who were active. */
  users: number;
  groups: number;
  memberships: number;
  /** The first people and groups, by login or name. */
  samples: string[];
}

/** What one run did. */
export interface SyncReport {
  /** Whether everything was read, or only what changed. */
  mode: 'full' | 'delta';
  /** Changes that the target took, or would be told in a dry run, by kind; kinds without any are left out. */
  changes: Partial<Record<ChangeKind, number>>;
  /** In a dry run: the first changes of each kind. */
  samples: Change[];
  /** In a dry run: what would be held back, because too many would leave at once. */
  held?: Leaving;
  /** Rows that could not be mapped or were refused: how many, and the first. They wait apart and are tried again. */
  failed: {
    count: number;
    first: { id: string; message: string; field?: string; rule?: string; code?: string }[];
  };
  /** In the mirror after the run; after a dry run, as it would be. */
  users: number;
  groups: number;
  memberships: number;
  /** Requests sent to Okta. */
  requests: number;
}
