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
}

/** The groups and their members. */
export class GroupStore {
  readonly #users: UserStore;
  readonly #table = new SortedTable<Group>();
  #everyone = '';

  constructor(users: UserStore) {
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

  put(group: Omit<Group, 'members'>): Group {
    const stored = { ...group, members: new SortedIds() };
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

  *ofUser(userId: string, after?: string): Generator<Group> {
    for (const group of this.from(after)) if (this.isMember(group, userId)) yield group;
  }
}
