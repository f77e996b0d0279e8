/** An object of Okta as text: canonical JSON, so that equal objects have equal texts. */
export interface Raw {
  id: string;
  raw: string;
}

/** A group of the snapshot. Apps are containers of users too, for a scope: their `use` has no `mirrored`. */
export interface RawGroup extends Raw {
  mirrored: boolean;
  members: boolean;
  /** `lastMembershipUpdated` that the memberships of the snapshot have, milliseconds since the epoch. */
  moved?: number;
}

/** Something to look at again, because the System Log named it. Kept until `done`. */
export type Ping =
  | { key: string; kind: 'user' | 'group'; id: string }
  | { key: string; kind: 'member'; groupId: string; userId: string; isAdded: boolean; at: number };

/** A user to be told: what Okta has and what the target has. */
export interface DueUser {
  id: string;
  /** Undefined if Okta no longer has the user. */
  raw: string | undefined;
  /** The text of the row told last; undefined if the target does not have the user. */
  told: string | undefined;
  /** Ids of the groups whose members are read, sorted. */
  groupIds: string[];
  /** How often telling it failed since it last succeeded. */
  attempts: number;
}

/** The same for a group; `raw` is undefined also for one that is no longer mirrored. */
export type DueGroup = Omit<DueUser, 'groupIds'>;

/** What telling a user or a group resulted in. */
export interface Told {
  id: string;
  /** The row that the target now has; undefined if it has none. */
  told: string | undefined;
  /** Whether the row counts as active: the base of the limit on leavers. Users only. */
  active?: boolean;
  /** When to look at it again, milliseconds since the epoch; undefined: when it changes. */
  due?: number;
  /** Why it could not be told; counts as an attempt. */
  error?: { message: string; field?: string; rule?: string; code?: string };
}

/** A membership to be told. */
export interface DueMember {
  groupId: string;
  userId: string;
  /** True: to be added; false: to be removed. */
  isMember: boolean;
}

/** What the snapshot holds. */
export interface Counts {
  /** That Okta has. */
  users: number;
  groups: number;
  memberships: number;
  /** That the target was told. */
  toldUsers: number;
  toldActive: number;
  toldGroups: number;
  toldMemberships: number;
  /** Users and groups that could not be told. */
  errors: number;
}

/** What a transaction that is over survives: the end of the process only, or a power cut too. */
export type Survives = 'kill' | 'power';

/**
 * The snapshot of a directory: what Okta has, and what the target was told. What differs is due. Calls run in the order in
 * which they are made; each survives a kill when it resolves, or, inside `transaction`, when that does. Times are milliseconds since
 * the epoch, by Okta's clock.
 */
export interface Store {
  /**
   * All or nothing, also when the process is killed or `work` throws. Not nested; calls from outside of `work` wait.
   * @param survives `power`: a power cut does not take it back, nor anything before it. Default: `kill`.
   */
  transaction<T>(work: () => Promise<T>, survives?: Survives): Promise<T>;
  /** A value as JSON. */
  get<T>(name: string): Promise<T | undefined>;
  /** Undefined deletes it. */
  set(name: string, value: unknown): Promise<void>;

  /**
   * Users as Okta has them. Those whose text differs are due at `due`.
   * @param crawl number of the crawl that saw them. @returns how many differ or are new.
   */
  putUsers(users: readonly Raw[], due: number, crawl?: number): Promise<number>;
  /** Okta no longer has these: due, and no longer members of anything. */
  dropUsers(ids: readonly string[], due: number): Promise<void>;
  /** Of these, the ids that Okta has. */
  knownUsers(ids: readonly string[]): Promise<string[]>;
  /** Ids that no crawl since this one saw, at most `limit`, after `after` in the order of the ids. */
  missedUsers(crawl: number, limit: number, after?: string): Promise<string[]>;
  missedGroups(crawl: number, limit: number, after?: string): Promise<string[]>;

  /** As putUsers. A group that begins to be mirrored, or no longer is, is due; one that needs members is to be listed. */
  putGroups(groups: readonly RawGroup[], due: number, crawl?: number): Promise<number>;
  dropGroups(ids: readonly string[], due: number): Promise<void>;
  /** Groups that Okta has, in the order of their ids. */
  groups(limit: number, after?: string): Promise<(RawGroup & { size: number; listed?: number })[]>;
  groupsById(ids: readonly string[]): Promise<(RawGroup & { size: number; listed?: number })[]>;
  /**
   * Groups whose members must be read: those that need members and were never listed, or are marked. `next` is where the
   * list goes on after a kill.
   */
  toList(limit: number, after?: string): Promise<{ id: string; next?: string; size: number }[]>;
  /** Marks groups to be listed again, from the first page. */
  markToList(ids: readonly string[]): Promise<void>;
  /** One page of a list of members, in progress until `endList`; a user unknown to the snapshot is kept by id. @returns those. */
  addListed(groupId: string, userIds: readonly string[], next: string | undefined): Promise<string[]>;
  /**
   * The list is complete: what it has replaces the members of the group. Users whose groups changed are due at `due`, if
   * given.
   * @param listed when Okta answered its first page. @param seenSince members whom Okta has and no crawl since this one saw stay:
   * they are hidden from this connection.
   */
  endList(
    groupId: string,
    listed: number,
    due?: number,
    seenSince?: number,
  ): Promise<{ added: number; removed: number }>;
  /**
   * One membership, as a log event or a reading has it. Nobody joins who is to be told as gone: a late event may say so.
   * @returns whether it differs.
   */
  setMember(groupId: string, userId: string, isMember: boolean, due?: number): Promise<boolean>;

  addPings(pings: readonly Ping[]): Promise<void>;
  pings(limit: number): Promise<Ping[]>;
  dropPings(keys: readonly string[]): Promise<void>;

  /** Every user and group is due: the mapping changed. */
  dueAll(due: number): Promise<void>;
  /** Makes the members of these groups due: what the rows depend on changed, such as a name. */
  dueMembersOf(groupIds: readonly string[], due: number): Promise<void>;
  /** Users due at `now`, in the order of their ids. @param withGroups false: `groupIds` is empty, which costs less. */
  dueUsers(now: number, limit: number, after?: string, withGroups?: boolean): Promise<DueUser[]>;
  dueGroups(now: number, limit: number, after?: string): Promise<DueGroup[]>;
  /**
   * Memberships that differ between Okta and the target: only of mirrored groups that the target has, and to be added only for
   * users that it has. Those of a user or a group that Okta no longer has are to be removed.
   * @param isMember those to be added, or those to be removed.
   */
  dueMembers(now: number, isMember: boolean, limit: number): Promise<DueMember[]>;
  /** How many dueMembers has to be removed. */
  countLeaving(now: number): Promise<number>;
  tellUsers(rows: readonly Told[]): Promise<void>;
  tellGroups(rows: readonly Told[]): Promise<void>;
  /** The target knows these now. */
  tellMembers(rows: readonly DueMember[]): Promise<void>;
  /** The rows that the target has, as text, in the order of their ids. */
  toldUsers(limit: number, after?: string): Promise<{ id: string; told: string }[]>;
  toldGroups(limit: number, after?: string): Promise<{ id: string; told: string }[]>;
  /** Ids of the users that the target has as members of this group, in order. */
  toldMembers(groupId: string, limit: number, after?: string): Promise<string[]>;
  /** Nothing of this group's memberships is due before `due`: the target refused some. */
  deferMembers(groupId: string, due: number): Promise<void>;
  /** Users and groups that could not be told, in the order of their ids. */
  errors(limit: number): Promise<(NonNullable<Told['error']> & { id: string; attempts: number })[]>;
  counts(): Promise<Counts>;

  /** A batch of changes on their way to the target, as JSON; saved together with `tell…`. */
  pushOut(batch: readonly unknown[]): Promise<void>;
  /** The oldest batch; the same one until `dropOut`. */
  firstOut(): Promise<unknown[] | undefined>;
  dropOut(): Promise<void>;

  /** Releases the store and its lock. */
  close(): Promise<void>;
}
