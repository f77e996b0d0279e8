import { AppStore } from './apps/app-store.ts';
import { KeyPairs } from './apps/key-pairs.ts';
import type { OrgClock } from './clock.ts';
import type { Credentials } from './credentials.ts';
import { GroupStore } from './groups/group-store.ts';
import { HookDeliveries } from './hooks/deliveries.ts';
import { HookStore } from './hooks/hook-store.ts';
import type { Json } from './json.ts';
import { ObjectStore } from './kinds/object-store.ts';
import { IssuedTokens } from './oauth/token-store.ts';
import { Provisioning } from './provisioning/push/provisioning.ts';
import { IdFactory, SeededRandom } from './random.ts';
import { RoleStore } from './roles/role-store.ts';
import { PendingRequests } from './saml/pending-requests.ts';
import type { Schema } from './schemas/attribute.ts';
import { defaultSettings, type Settings } from './settings.ts';
import { SignalTransmitter } from './signals/transmitter.ts';
import { lowerBound } from './sorted.ts';
import { LogStore, type NewEvent } from './system-log/log-store.ts';
import type { User } from './users/user.ts';
import { UserStore } from './users/user-store.ts';
import type { UserType } from './users/user-type.ts';

// Node fires a timer with a longer delay immediately.
const longestTimerMs = 2 ** 31 - 1;

/** All data of an org. A reset creates a new one. */
export class Org {
  readonly id = '00oSandboxOrg1Sb5d70';
  readonly clock: OrgClock;
  readonly created: number;
  readonly ids = new IdFactory();
  readonly users: UserStore;
  readonly groups: GroupStore;
  readonly apps: AppStore;
  readonly log: LogStore;
  /** Replaced only by a reset that keeps them. */
  tokens: IssuedTokens;
  /** Everything that is kept as JSON, see `kinds`. */
  readonly objects = new ObjectStore();
  readonly keys = new KeyPairs();
  readonly roles = new RoleStore();
  readonly hooks = new HookStore();
  readonly deliveries: HookDeliveries;
  readonly provisioning: Provisioning;
  readonly signals: SignalTransmitter;
  /** Keys of security events providers by their URL, for those that a test does not serve. */
  readonly providerKeys = new Map<string, Json[]>();
  /** Consecutive failed sign-ins by user id. */
  readonly failedSignIns = new Map<string, number>();
  /** The users who signed in and have no session yet, by session token. */
  readonly sessionTokens = new Map<string, string>();
  /** Sign-ins with SAML that have begun. */
  readonly samlRequests = new PendingRequests();
  readonly userTypes: UserType[] = [];
  readonly userSchemas = new Map<string, Schema>();
  /** The attributes of a user schema before its latest update, and the time of that update, by schema id. */
  readonly schemaUpdates = new Map<string, { before: Pick<Schema, 'base' | 'custom'>; at: number }>();
  groupSchema: Schema | undefined;
  /** How many times invented events were generated. */
  generations = 0;
  settings: Settings = { ...defaultSettings };
  /** The administrator who owns the API token and signs in at the authorize endpoint. */
  adminId = '';
  readonly #firstSigning: Credentials['firstSigning'];
  readonly #lateness = new SeededRandom(1);
  readonly #agenda: { at: number; work: () => void }[] = [];

  constructor(clock: OrgClock, { apiToken, firstSigning }: Credentials) {
    this.clock = clock;
    this.created = clock.seconds();
    this.users = new UserStore(clock);
    this.groups = new GroupStore(clock, this.users);
    this.apps = new AppStore(this.users, this.groups);
    this.log = new LogStore(clock);
    this.tokens = new IssuedTokens(clock, apiToken);
    this.deliveries = new HookDeliveries(this);
    this.signals = new SignalTransmitter(this);
    this.#firstSigning = firstSigning;
    this.provisioning = new Provisioning(this);
  }

  saveUser(user: User): User {
    return this.users.put(user, this.settings.searchLagMs);
  }

  /** Logs an event that happens now; it appears late if a setting says so. */
  logEvent(event: NewEvent): void {
    const { logLateMs } = this.settings;
    const published = this.clock.now();
    const append = () => this.log.append({ published, ...event });
    if (logLateMs > 0) this.later(Math.ceil(this.#lateness.next() * logLateMs), append);
    else append();
    this.provisioning.note(event);
  }

  /** The certificate of the key that all apps begin with: DER in base64. */
  firstCertificate(): string {
    const signing = this.#firstSigning(this.created);
    this.keys.add(signing);
    return signing.certificate;
  }

  defaultUserType(): UserType {
    return this.userTypes.find((type) => type.default) as UserType;
  }

  /** The profile schema of a user type. */
  schemaOf(typeId: string): Schema {
    const type = this.userTypes.find((candidate) => candidate.id === typeId) ?? this.defaultUserType();
    return this.userSchemas.get(type.schemaId) as Schema;
  }

  /** Schedules work on the org's clock. It also runs when no request comes in by then. */
  later(delayMs: number, work: () => void): void {
    const at = this.clock.now() + delayMs;
    this.#agenda.splice(
      lowerBound(this.#agenda, (other) => other.at <= at),
      0,
      { at, work },
    );
    if (delayMs < longestTimerMs) setTimeout(() => this.settle(), delayMs + 1).unref();
  }

  /** Runs the scheduled work that is due. Called before every request. */
  settle(): void {
    const now = this.clock.now();
    for (let next = this.#agenda[0]; next && next.at <= now; next = this.#agenda[0]) {
      this.#agenda.shift();
      next.work();
    }
  }
}
