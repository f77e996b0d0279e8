import type { OrgClock } from '../clock.ts';
import { SortedIds, SortedTable } from '../sorted.ts';
import type { UserStore } from '../users/user-store.ts';

export type GroupType = 'OKTA_GROUP' | 'APP_GROUP' | 'BUILT_IN';

export interface Group {
  readonly id: string;
  readonly type: GroupType;
  readonly objectClass: string[];
  readonly created: number;
  lastUpdated: number;
  lastMembershipUpdated: number;
  profile: Readonly<Record<string, unknown>>;
  /** The ids of the members; empty for Everyone, which implicitly has all users. */
  readonly members: SortedIds;
  /** Until when the list of members lacks a new one, by user id. */
  readonly unlisted: Map<string, number>;
  /** The rules behind a membership, by user id; a member who is not in it was added by hand. */
  readonly ruled: Map<string, Set<string>>;
}

/** The groups and their members. */
export class GroupStore {
  readonly #clock: OrgClock;
  readonly #users: UserStore;
  readonly #table = new SortedTable<Group>();
  #everyone = '';

  constructor(clock: OrgClock, users: UserStore) {
    this.#clock = clock;
    this.#users = users;
  }

  get size(): number {
    return this.#table.size;
  }

  get(id: string): Group | undefined {
    return this.#table.get(id);
  }

  /** The built-in group of all users. */
  get everyone(): Group {
    return this.#table.get(this.#everyone) as Group;
  }

  from(after?: string): Generator<Group> {
    return this.#table.from(after);
  }

  put(group: Omit<Group, 'members' | 'unlisted' | 'ruled'>): Group {
    const stored: Group = { ...group, members: new SortedIds(), unlisted: new Map(), ruled: new Map() };
    if (group.type === 'BUILT_IN') this.#everyone = group.id;
    this.#table.put(stored);
    return stored;
  }

  delete(id: string): void {
    this.#table.delete(id);
  }

  isEveryone(group: Group): boolean {
    return group.id === this.#everyone;
  }

  isMember(group: Group, userId: string): boolean {
    return this.isEveryone(group) ? this.#users.get(userId) !== undefined : group.members.has(userId);
  }

  memberCount(group: Group): number {
    return this.isEveryone(group) ? this.#users.size : group.members.size;
  }

  *memberIds(group: Group, after?: string): Generator<string> {
    if (!this.isEveryone(group)) yield* group.members.from(after);
    else for (const user of this.#users.from(after)) yield user.id;
  }

  /** Adds a member, which `listedMemberIds` omits for `lagMs`. @returns false when the user is one already. */
  addMember(group: Group, userId: string, lagMs: number): boolean {
    if (!group.members.add(userId)) return false;
    if (lagMs > 0) group.unlisted.set(userId, this.#clock.now() + lagMs);
    else group.unlisted.delete(userId);
    return true;
  }

  /** The members as their list returns them: without the newest, while it lags. */
  *listedMemberIds(group: Group, after?: string): Generator<string> {
    const now = this.#clock.now();
    for (const [id, until] of group.unlisted) if (until <= now) group.unlisted.delete(id);
    for (const id of this.memberIds(group, after)) if (!group.unlisted.has(id)) yield id;
  }

  *ofUser(userId: string, after?: string): Generator<Group> {
    for (const group of this.from(after)) if (this.isMember(group, userId)) yield group;
  }
}
