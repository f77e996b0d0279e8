import { Agent } from 'node:http';
import PQueue from 'p-queue';
import type { App } from '../../apps/app-store.ts';
import { iso } from '../../clock.ts';
import type { StoredObject } from '../../kinds/object-store.ts';
import type { LogParty } from '../../system-log/event.ts';
import type { EventType } from '../../system-log/event-types.ts';
import type { NewEvent } from '../../system-log/log-store.ts';
import { appParty } from '../../system-log/parties.ts';
import { type PushConnection, pushesOf } from './connection.ts';
import { type Desk, isActive, NoReason, type ProvisionedOrg } from './desk.ts';
import { type ImportReport, importFrom } from './import.ts';
import { deleteRemoteGroup, pushGroup, pushMember, pushName } from './push-group.ts';
import { pushPassword, pushUser } from './push-user.ts';
import { callRemote, RemoteFailure } from './remote.ts';

export const mappingsPath = '/api/v1/apps/:appId/group-push/mappings';

const minute = 60_000;
const maximumTries = 10;
/** What Okta waits after a 429 without whole seconds; doubled each time. */
const firstRetryMs = 5 * minute;
/** How long after a deactivation its unassignments reach the apps. */
const leavingMs = 2000;

/** Who or what a push is about. */
interface Subject {
  userId?: string;
  groupPushMappingId?: string;
}

/** A push that is to be done; it reads what is to be written only when it runs. */
interface Job {
  /** A second one of the same id is not queued while the first one waits. */
  id: string;
  /** Those of one lane run one after the other. */
  lane: string;
  appId: string;
  subject: Subject;
  run(desk: Desk): Promise<void>;
}

/** A push that did not succeed, as Okta's dashboard lists it. */
export interface PushTask extends Subject {
  id: string;
  appId: string;
  /** WAITING: Okta tries again; FAILED: an admin has to. */
  status: 'WAITING' | 'FAILED';
  attempts: number;
  message: string;
  /** When Okta tries again. */
  retryAt?: string;
}

/**
 * Pushes users and groups to the SCIM servers of apps, and reads users from there. What happens in the org starts it; it waits
 * on the clock of the org.
 */
export class Provisioning {
  readonly #org: ProvisionedOrg;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #stopped = new AbortController();
  readonly #pool = new PQueue();
  readonly #lanes = new Map<string, Promise<void>>();
  readonly #queued = new Set<string>();
  readonly #pending = new Set<Promise<void>>();
  readonly #tasks = new Map<string, { job: Job; task: PushTask }>();

  constructor(org: ProvisionedOrg) {
    this.#org = org;
  }

  /** The number of pushes that are to be done now, and those that did not succeed. */
  describe(): { pending: number; tasks: PushTask[] } {
    return { pending: this.#pending.size, tasks: [...this.#tasks.values()].map(({ task }) => task) };
  }

  /** Whether the latest push of a user to an app has failed. */
  hasFailed({ id }: App, userId: string): boolean {
    return this.#tasks.get(`user:${id}/${userId}`)?.task.status === 'FAILED';
  }

  /** Waits until nothing is left to do but what waits for another try. */
  async flush(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }

  stop(): void {
    this.#stopped.abort();
    this.#agent.destroy();
  }

  /** Something happened in the org; apps may have to hear of it. */
  note({ eventType, fields }: NewEvent): void {
    const reaction = reactions[eventType];
    if (!reaction || this.#stopped.signal.aborted) return;
    const apps = [...this.#org.apps.from()].filter((app) => pushesOf(app));
    const targets = Array.isArray(fields.target) ? (fields.target as LogParty[]) : [];
    const idOf = (type: string) => targets.find((target) => target.type === type)?.id ?? '';
    if (apps.length > 0) reaction({ apps, idOf, org: this.#org, provisioning: this });
  }

  /** Brings the account of a user in an app up to date. */
  user(app: App, userId: string, { delayMs = 0, isForced = false } = {}): void {
    const key = `${app.id}/${userId}`;
    this.#queue(
      {
        id: `user:${key}`,
        lane: key,
        appId: app.id,
        subject: { userId },
        run: (desk) => pushUser(desk, userId, isForced),
      },
      delayMs,
    );
  }

  /** A user has a new password, which apps get that have password sync on. */
  password(userId: string, password: string): void {
    for (const app of this.#org.apps.from()) {
      const key = `${app.id}/${userId}`;
      if (!pushesOf(app) || !app.accounts.has(userId)) continue;
      this.#queue({
        id: `password:${key}`,
        lane: key,
        appId: app.id,
        subject: { userId },
        run: (desk) => pushPassword(desk, userId, password),
      });
    }
  }

  /** Writes a group with all its members, and makes it if it is not there: "push now". */
  group(mapping: StoredObject): void {
    this.#mapping('group', mapping, pushGroup);
  }

  /** Gives a group the name that its source has now. */
  groupName(mapping: StoredObject): void {
    this.#mapping('name', mapping, pushName);
  }

  /**
   * A user became a member of a group, or is one no longer. Nothing is sent about somebody who has no account yet or is not active.
   * An app of the network hears of several at once.
   */
  member(mapping: StoredObject, userId: string, what: 'add' | 'remove'): void {
    const app = this.#org.apps.get(appOf(mapping));
    const account = app?.accounts.get(userId);
    if (!app || !account || !isActive(this.#org.users.get(userId))) return;
    const isWhole = app.push?.kind === 'WIZARD';
    const lane = isWhole ? mapping.id : `${mapping.id}/${userId}`;
    this.#queue({
      id: isWhole ? `members:${lane}` : `${what}:${lane}`,
      lane,
      appId: app.id,
      subject: { groupPushMappingId: mapping.id, userId },
      run: (desk) => pushMember(desk, mapping, { account, what }),
    });
  }

  /** A mapping is gone; the group in the app is deleted with it or stays. */
  unlink(mapping: StoredObject, deletes: boolean): void {
    const app = this.#org.apps.get(appOf(mapping));
    const target = this.#org.groups.get(String(mapping.body.targetGroupId));
    const externalId = target && app?.remoteGroups.get(target.id);
    if (!app || !target || externalId === undefined) return;
    app.remoteGroups.delete(target.id);
    if (deletes) this.#mapping('delete', mapping, (desk) => deleteRemoteGroup(desk, { externalId, target }));
  }

  #mapping(
    what: string,
    mapping: StoredObject,
    push: (desk: Desk, mapping: StoredObject) => Promise<void>,
  ): void {
    this.#queue({
      id: `${what}:${mapping.id}`,
      lane: mapping.id,
      appId: appOf(mapping),
      subject: { groupPushMappingId: mapping.id },
      run: (desk) => push(desk, mapping),
    });
  }

  /** Creates the accounts of those who were assigned while nothing was pushed: "Provision User". */
  provision(app: App): void {
    for (const { id } of this.#org.apps.assignments(app, undefined, Number.POSITIVE_INFINITY, () => true))
      if (!app.accounts.has(id)) this.user(app, id);
  }

  /** Writes all accounts again: "Force Sync". */
  forceSync(app: App): void {
    for (const id of app.accounts.keys()) this.user(app, id, { isForced: true });
  }

  /** Tries again what did not succeed, all of it or tasks of some ids. @returns how many. */
  retry(ids?: readonly string[]): number {
    const chosen = [...this.#tasks.values()].filter(({ task }) => ids?.includes(task.id) ?? true);
    for (const { job, task } of chosen) {
      task.attempts = 0;
      this.#queue(job);
    }
    return chosen.length;
  }

  /** What the test button asks. @returns why the connection does not work; undefined if it does. */
  async test(app: App, connection: PushConnection): Promise<string | undefined> {
    try {
      const answer = await this.#desk(app, connection).call('GET', '/Users?startIndex=1&count=2');
      const resources = (answer as { Resources?: unknown } | undefined)?.Resources;
      return Array.isArray(resources) ? undefined : 'No results for users returned';
    } catch (error) {
      return `Error authenticating: ${(error as Error).message}`;
    }
  }

  /** Reads all users of the server, and its groups if asked. @throws RemoteFailure */
  import(app: App, connection: PushConnection, options: { groups: boolean }): Promise<ImportReport> {
    return importFrom(this.#desk(app, connection), options);
  }

  #desk(app: App, connection: PushConnection): Desk {
    const { signal } = this.#stopped;
    const [org, agent] = [this.#org, this.#agent];
    return {
      ...{ org, app, connection },
      async call(method, path, body) {
        signal.throwIfAborted();
        const { pushTimeoutMs: timeoutMs } = org.settings;
        return callRemote(connection, { method, path, body }, { agent, timeoutMs, signal });
      },
      pause: (ms) => this.#after(ms),
    };
  }

  #queue(job: Job, delayMs = 0): void {
    if (this.#queued.has(job.id)) return;
    this.#queued.add(job.id);
    this.#pool.concurrency = this.#org.settings.pushConcurrency;
    const turn = this.#lanes.get(job.lane) ?? Promise.resolve();
    const start = delayMs === 0 ? turn : this.#after(delayMs).then(() => turn);
    const done = start.then(() => this.#pool.add(() => this.#run(job)));
    const ended = done.finally(() => {
      this.#pending.delete(ended);
      if (this.#lanes.get(job.lane) === ended) this.#lanes.delete(job.lane);
    });
    this.#pending.add(ended);
    this.#lanes.set(job.lane, ended);
  }

  #after(ms: number): Promise<void> {
    return new Promise((resolve) => this.#org.later(this.#scaled(ms), resolve));
  }

  /** How long a wait of Okta takes here. */
  #scaled(ms: number): number {
    return Math.floor(ms / this.#org.settings.pushSpeed);
  }

  async #run(job: Job): Promise<void> {
    this.#queued.delete(job.id);
    const app = this.#org.apps.get(job.appId);
    const connection = app && pushesOf(app);
    if (!app || !connection || this.#stopped.signal.aborted) return;
    const desk = this.#desk(app, connection);
    try {
      await job.run(desk);
      this.#tasks.delete(job.id);
      if (desk.act) this.#log(desk.act.event, desk.act.target);
    } catch (error) {
      if (!this.#stopped.signal.aborted) this.#failed(job, desk, error);
    }
  }

  #failed(job: Job, { app, act }: Desk, error: unknown): void {
    const reason = error instanceof RemoteFailure ? error.message : String((error as Error).stack ?? error);
    const message = act ? `${act.story}: ${reason}` : reason;
    const attempts = (this.#tasks.get(job.id)?.task.attempts ?? 0) + 1;
    const isLimited = error instanceof RemoteFailure && error.status === 429;
    const task: PushTask = {
      ...{ id: job.id, appId: job.appId, ...job.subject },
      ...{ status: isLimited && attempts < maximumTries ? 'WAITING' : 'FAILED', attempts, message },
    };
    this.#tasks.set(job.id, { job, task });
    if (task.status === 'WAITING') {
      const { retryAfter } = error as RemoteFailure;
      const ms = retryAfter === undefined ? firstRetryMs * 2 ** (attempts - 1) : retryAfter * 1000;
      task.retryAt = iso(this.#org.clock.now() + this.#scaled(ms));
      void this.#after(ms).then(() => {
        if (this.#tasks.get(job.id)?.task === task && task.attempts > 0) this.#queue(job);
      });
      this.#log('application.integration.rate_limit_exceeded', [appParty(app)], message);
    } else if (act)
      this.#log(act.failure ?? act.event, act.target, error instanceof NoReason ? null : message);
  }

  #log(eventType: EventType, target: LogParty[], failure?: string | null): void {
    const outcome = failure === undefined ? {} : { outcome: { result: 'FAILURE', reason: failure } };
    this.#org.logEvent({ eventType, fields: { target, ...outcome } });
  }
}

/** A mapping is in the list of its app. */
const appOf = ({ list }: StoredObject) => list.split('/')[4] ?? '';

interface Happening {
  /** Those that push. */
  apps: App[];
  /** The id of the event's target of a type. */
  idOf(type: string): string;
  org: ProvisionedOrg;
  provisioning: Provisioning;
}

/** What an event of the System Log makes apps hear. A suspension, a lock or a deleted user: nothing. */
const reactions: Record<string, ((happening: Happening) => void) | undefined> = {
  'application.user_membership.add': assigned,
  'application.user_membership.update': assigned,
  'application.user_membership.remove'({ apps, idOf, org, provisioning }) {
    const userId = idOf('User');
    const app = apps.find(({ id }) => id === idOf('AppInstance'));
    const left = org.users.get(userId)?.status === 'DEPROVISIONED';
    if (app) provisioning.user(app, userId, { delayMs: left ? leavingMs : 0 });
  },
  'user.lifecycle.activate': ({ apps, idOf, org, provisioning }) => {
    const user = org.users.get(idOf('User'));
    for (const app of apps) if (user && org.apps.assignmentOf(app, user)) provisioning.user(app, user.id);
  },
  'user.account.update_profile': ({ apps, idOf, provisioning }) => {
    const userId = idOf('User');
    for (const app of apps) if (app.accounts.has(userId)) provisioning.user(app, userId);
  },
  'group.user_membership.add': (happening) => moved(happening, 'add'),
  'group.user_membership.remove': (happening) => moved(happening, 'remove'),
  'group.profile.update': (happening) => {
    for (const mapping of mappingsOf(happening)) happening.provisioning.groupName(mapping);
  },
};

function assigned({ apps, idOf, provisioning }: Happening): void {
  const app = apps.find(({ id }) => id === idOf('AppInstance'));
  if (app) provisioning.user(app, idOf('User'));
}

function moved(happening: Happening, what: 'add' | 'remove'): void {
  for (const mapping of mappingsOf(happening))
    happening.provisioning.member(mapping, happening.idOf('User'), what);
}

/** The active mappings of a group. */
function mappingsOf({ apps, idOf, org }: Happening): StoredObject[] {
  const groupId = idOf('UserGroup');
  return apps
    .flatMap(({ id }) => [...org.objects.of(mappingsPath.replace(':appId', id))])
    .filter(({ body }) => body.sourceGroupId === groupId && body.status === 'ACTIVE');
}
