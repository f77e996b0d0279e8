import { AppStore } from './apps/app-store.ts';
import type { Clock } from './clock.ts';
import { GroupStore } from './groups/group-store.ts';
import { TokenStore } from './oauth/token-store.ts';
import { IdFactory } from './random.ts';
import type { Schema } from './schemas/attribute.ts';
import { defaultSettings, type Settings } from './settings.ts';
import { LogStore } from './system-log/log-store.ts';
import type { User } from './users/user.ts';
import { UserStore } from './users/user-store.ts';

export interface UserType {
  id: string;
  schemaId: string;
  name: string;
  displayName: string;
  description: string;
  default: boolean;
  created: number;
}

/** Everything that one org holds. A reset makes a new one. */
export class Org {
  readonly id = '00oSandboxOrg1Sb5d70';
  readonly clock: Clock;
  readonly created: number;
  readonly ids = new IdFactory();
  readonly users: UserStore;
  readonly groups: GroupStore;
  readonly apps: AppStore;
  readonly log: LogStore;
  readonly tokens: TokenStore;
  readonly userTypes: UserType[] = [];
  readonly userSchemas = new Map<string, Schema>();
  groupSchema: Schema | undefined;
  settings: Settings = { ...defaultSettings };
  /** The administrator whose API token it is, and who signs in at the authorize endpoint. */
  adminId = '';
  readonly #agenda: { at: number; work: () => void }[] = [];

  constructor(clock: Clock, apiToken: string) {
    this.clock = clock;
    this.created = clock.seconds();
    this.users = new UserStore(clock);
    this.groups = new GroupStore(this.users);
    this.apps = new AppStore(this.users, this.groups);
    this.log = new LogStore(clock);
    this.tokens = new TokenStore(clock, apiToken);
  }

  saveUser(user: User): User {
    return this.users.put(user, this.settings.searchLagMs);
  }

  defaultUserType(): UserType {
    return this.userTypes.find((type) => type.default) as UserType;
  }

  /** The profile schema of a user type. */
  schemaOf(typeId: string): Schema {
    const type = this.userTypes.find((candidate) => candidate.id === typeId) ?? this.defaultUserType();
    return this.userSchemas.get(type.schemaId) as Schema;
  }

  /** Plans work for a later moment of the org's clock. */
  later(delayMs: number, work: () => void): void {
    this.#agenda.push({ at: this.clock.now() + delayMs, work });
  }

  /** Does the planned work whose moment has come. Every request starts with this. */
  settle(): void {
    const now = this.clock.now();
    for (let i = 0; i < this.#agenda.length; ) {
      const entry = this.#agenda[i] as { at: number; work: () => void };
      if (entry.at > now) i += 1;
      else {
        this.#agenda.splice(i, 1);
        entry.work();
      }
    }
  }
}
