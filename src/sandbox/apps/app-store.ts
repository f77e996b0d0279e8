import type { GroupStore } from '../groups/group-store.ts';
import type { Json } from '../json.ts';
import type { OAuthClient } from '../oauth/client.ts';
import type { PushConnection } from '../provisioning/push/connection.ts';
import type { Schema } from '../schemas/attribute.ts';
import { SortedTable, take } from '../sorted.ts';
import type { User } from '../users/user.ts';
import type { UserStore } from '../users/user-store.ts';

/** A user's assignment to an app, direct or through a group. */
export interface UserAssignment {
  readonly id: string;
  readonly scope: 'USER' | 'GROUP';
  readonly created: number;
  readonly lastUpdated: number;
  readonly userName: string;
  readonly profile: Json;
}

export interface GroupAssignment {
  readonly id: string;
  readonly priority: number;
  readonly lastUpdated: number;
  readonly profile: Json;
}

/** The account that a user has in the system behind an app, once it was pushed or found there. */
export interface AppAccount {
  /** Its id in that system. */
  readonly externalId: string;
  /** The name of the user in the app when it was last written. */
  readonly userName: string;
  /** The name that the user would have had then if no assignment gave another one. */
  readonly standardName: string;
  /** What was last written, as JSON; empty if it was only found. */
  readonly written: string;
}

/** What the body of a request can set of an app. */
export interface AppMembers {
  label: string;
  signOnMode: string;
  accessibility: Json;
  visibility: Json;
  credentials: Json;
  settings: Json;
  /** Custom attributes of the app itself; apps have none unless they are given. */
  profile?: Json;
}

export interface App extends AppMembers {
  readonly id: string;
  readonly name: string;
  readonly created: number;
  readonly features: string[];
  /** The OAuth client of the app, if it has one. */
  client?: OAuthClient;
  /** The policy that decides who may sign in. */
  accessPolicyId?: string;
  /** How the app is provisioned, if it is. */
  connection?: Json;
  /** The SCIM server that it is provisioned to, with the credentials. */
  push?: PushConnection;
  /** The schema of its users' profiles; made when it is first needed. */
  schema?: Schema;
  status: 'ACTIVE' | 'INACTIVE';
  lastUpdated: number;
  readonly users: SortedTable<UserAssignment>;
  readonly groups: SortedTable<GroupAssignment>;
  /** By the id of the user. */
  readonly accounts: Map<string, AppAccount>;
  /** The ids that groups of the app have in the system behind it, by their ids in Okta. */
  readonly remoteGroups: Map<string, string>;
}

/** The apps and their assignments to users and groups. */
export class AppStore {
  readonly #users: UserStore;
  readonly #groups: GroupStore;
  readonly #table = new SortedTable<App>();

  constructor(users: UserStore, groups: GroupStore) {
    this.#users = users;
    this.#groups = groups;
  }

  get(id: string): App | undefined {
    return this.#table.get(id);
  }

  from(after?: string): Generator<App> {
    return this.#table.from(after);
  }

  put(app: Omit<App, 'users' | 'groups' | 'accounts' | 'remoteGroups'>): App {
    const stored = {
      ...app,
      users: new SortedTable<UserAssignment>(),
      groups: new SortedTable<GroupAssignment>(),
      accounts: new Map<string, AppAccount>(),
      remoteGroups: new Map<string, string>(),
    };
    this.#table.put(stored);
    return stored;
  }

  delete({ id }: App): void {
    this.#table.delete(id);
  }

  /** A user's assignment. A direct assignment takes precedence over one through a group. */
  assignmentOf(app: App, user: User): UserAssignment | undefined {
    if (user.status === 'DEPROVISIONED') return undefined;
    return app.users.get(user.id) ?? this.#throughGroup(app, user);
  }

  /** The first `count` assignments after a user id, direct and through groups. */
  assignments(
    app: App,
    after: string | undefined,
    count: number,
    wanted: (user: User) => boolean,
  ): UserAssignment[] {
    const sources = [ids(app.users.from(after)), ...this.#memberships(app, after)];
    // Each source is sorted, so the first items of the union are among the first items of the sources.
    const candidates = sources.flatMap((source) => take(this.#assigned(app, source, wanted), count));
    const unique = new Map(candidates.map((assignment) => [assignment.id, assignment]));
    return take(
      [...unique.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
      count,
    );
  }

  #memberships(app: App, after: string | undefined): Generator<string>[] {
    return [...app.groups].flatMap(({ id }) => {
      const group = this.#groups.get(id);
      return group ? [this.#groups.memberIds(group, after)] : [];
    });
  }

  *#assigned(
    app: App,
    userIds: Iterable<string>,
    wanted: (user: User) => boolean,
  ): Generator<UserAssignment> {
    for (const id of userIds) {
      const user = this.#users.get(id);
      const assignment = user && wanted(user) ? this.assignmentOf(app, user) : undefined;
      if (assignment) yield assignment;
    }
  }

  #throughGroup(app: App, user: User): UserAssignment | undefined {
    for (const { id, lastUpdated } of app.groups) {
      const group = this.#groups.get(id);
      if (!group || !this.#groups.isMember(group, user.id)) continue;
      const since = Math.max(lastUpdated, user.created);
      const userName = userNameFor(app, user);
      return { id: user.id, scope: 'GROUP', created: since, lastUpdated: since, userName, profile: {} };
    }
    return undefined;
  }
}

/** The name of a user in an app, unless an assignment gives another one: the login, or the e-mail address if its template says so. */
export function userNameFor({ credentials }: App, { profile }: User): string {
  const { template } = (credentials.userNameTemplate ?? {}) as { template?: unknown };
  return String(template === `\${source.email}` ? profile.email : profile.login);
}

function* ids(records: Iterable<{ id: string }>): Generator<string> {
  for (const { id } of records) yield id;
}
