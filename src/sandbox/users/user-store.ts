import type { OrgClock } from '../clock.ts';
import { SortedTable } from '../sorted.ts';
import type { User } from './user.ts';

/** An earlier state of a user (undefined: did not exist) that searches see until `until`. */
interface StaleState {
  user: User | undefined;
  until: number;
}

/** The users, by id and by login, and the earlier states that the lagging search index still returns. */
export class UserStore {
  readonly #clock: OrgClock;
  readonly #table = new SortedTable<User>();
  readonly #idByLogin = new Map<string, string>();
  readonly #stale = new Map<string, StaleState[]>();
  #revision = 0;

  constructor(clock: OrgClock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#table.size;
  }

  /** Increases whenever the results of searches may change. */
  get searchRevision(): number {
    this.#forget();
    return this.#revision;
  }

  get(id: string): User | undefined {
    return this.#table.get(id);
  }

  byLogin(login: string): User | undefined {
    const id = this.#idByLogin.get(login.toLowerCase());
    return id === undefined ? undefined : this.get(id);
  }

  /** The one user whose login starts with `name@`; undefined when there are several. */
  byShortName(name: string): User | undefined {
    const prefix = `${name.toLowerCase()}@`;
    const found: User[] = [];
    for (const [login, id] of this.#idByLogin) {
      if (login.startsWith(prefix)) found.push(this.get(id) as User);
      if (found.length > 1) return undefined;
    }
    return found[0];
  }

  from(after?: string): Generator<User> {
    return this.#table.from(after);
  }

  put(user: User, searchLagMs = 0): User {
    const previous = this.get(user.id);
    this.#remember(user.id, previous, searchLagMs);
    if (previous) this.#idByLogin.delete(loginKey(previous));
    this.#idByLogin.set(loginKey(user), user.id);
    this.#table.put(user);
    return user;
  }

  delete(user: User, searchLagMs = 0): void {
    this.#remember(user.id, user, searchLagMs);
    this.#idByLogin.delete(loginKey(user));
    this.#table.delete(user.id);
  }

  /** The users as the search index has them now, sorted by id. */
  searchable(after?: string): Iterable<User> {
    this.#forget();
    return this.#stale.size === 0 ? this.from(after) : this.#indexed(after);
  }

  *#indexed(after = ''): Generator<User> {
    const current = [...this.from(after)].filter((user) => !this.#stale.has(user.id));
    const earlier = [...this.#stale.values()].flatMap(([oldest]) => oldest?.user ?? []);
    const visible = [...current, ...earlier.filter((user) => user.id > after)];
    yield* visible.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  #remember(id: string, user: User | undefined, searchLagMs: number): void {
    this.#revision += 1;
    if (searchLagMs === 0) return;
    const states = this.#stale.get(id) ?? [];
    states.push({ user, until: this.#clock.now() + searchLagMs });
    this.#stale.set(id, states);
  }

  #forget(): void {
    const now = this.#clock.now();
    for (const [id, states] of this.#stale) {
      const left = states.filter((state) => state.until > now);
      if (left.length < states.length) this.#revision += 1;
      if (left.length === 0) this.#stale.delete(id);
      else this.#stale.set(id, left);
    }
  }
}

function loginKey(user: User): string {
  return String(user.profile.login).toLowerCase();
}
