import PQueue from 'p-queue';
import { iso } from '../../clock.ts';
import type { LogParty } from '../../system-log/event.ts';
import type { EventType } from '../../system-log/event-types.ts';
import { appParty } from '../../system-log/parties.ts';
import { type Desk, NoReason, type ProvisionedOrg } from './desk.ts';
import { RemoteFailure } from './remote.ts';

const maximumTries = 10;
/** What Okta waits after a 429 without whole seconds; doubled each time. */
const firstRetryMs = 5 * 60_000;

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
interface PushTask extends Subject {
  id: string;
  appId: string;
  /** WAITING: Okta tries again; FAILED: an admin has to. */
  status: 'WAITING' | 'FAILED';
  attempts: number;
  message: string;
  /** When Okta tries again. */
  retryAt?: string;
}

/** Does pushes, several at once, each lane in order, and tries again what Okta tries again. */
export class PushQueue {
  readonly #org: ProvisionedOrg;
  readonly #signal: AbortSignal;
  readonly #deskOf: (appId: string) => Desk | undefined;
  readonly #pool = new PQueue();
  readonly #lanes = new Map<string, Promise<void>>();
  readonly #queued = new Set<string>();
  readonly #pending = new Set<Promise<void>>();
  readonly #tasks = new Map<string, { job: Job; task: PushTask }>();

  /** @param deskOf where pushes of an app are worked on; undefined while it pushes nothing. */
  constructor(org: ProvisionedOrg, signal: AbortSignal, deskOf: (appId: string) => Desk | undefined) {
    this.#org = org;
    this.#signal = signal;
    this.#deskOf = deskOf;
  }

  /** The number of pushes that are to be done now, and those that did not succeed. */
  describe(): { pending: number; tasks: PushTask[] } {
    return { pending: this.#pending.size, tasks: [...this.#tasks.values()].map(({ task }) => task) };
  }

  /** Whether the latest push of this id has failed. */
  hasFailed(id: string): boolean {
    return this.#tasks.get(id)?.task.status === 'FAILED';
  }

  /** Waits until nothing is left to do but what waits for another try. */
  async flush(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }

  /** Tries again what did not succeed, all of it or tasks of some ids. @returns how many. */
  retry(ids?: readonly string[]): number {
    const chosen = [...this.#tasks.values()].filter(({ task }) => ids?.includes(task.id) ?? true);
    for (const { job, task } of chosen) {
      task.attempts = 0;
      this.add(job);
    }
    return chosen.length;
  }

  add(job: Job, delayMs = 0): void {
    if (this.#queued.has(job.id)) return;
    this.#queued.add(job.id);
    this.#pool.concurrency = this.#org.settings.pushConcurrency;
    const turn = this.#lanes.get(job.lane) ?? Promise.resolve();
    const start = delayMs === 0 ? turn : this.after(delayMs).then(() => turn);
    const done = start.then(() => this.#pool.add(() => this.#run(job)));
    const ended = done.finally(() => {
      this.#pending.delete(ended);
      if (this.#lanes.get(job.lane) === ended) this.#lanes.delete(job.lane);
    });
    this.#pending.add(ended);
    this.#lanes.set(job.lane, ended);
  }

  /** Waits on the clock of the org, as long as Okta does at the speed that is set. */
  after(ms: number): Promise<void> {
    return new Promise((resolve) => this.#org.later(this.#scaled(ms), resolve));
  }

  #scaled(ms: number): number {
    return Math.floor(ms / this.#org.settings.pushSpeed);
  }

  async #run(job: Job): Promise<void> {
    this.#queued.delete(job.id);
    const desk = this.#deskOf(job.appId);
    if (!desk || this.#signal.aborted) return;
    try {
      await job.run(desk);
      this.#tasks.delete(job.id);
      if (desk.act) this.#log(desk.act.event, desk.act.target);
    } catch (error) {
      if (!this.#signal.aborted) this.#failed(job, desk, error);
    }
  }

  #failed(job: Job, { app, act }: Desk, error: unknown): void {
    const reason = error instanceof RemoteFailure ? error.message : String((error as Error).stack ?? error);
    const message = [act?.story, reason].filter(Boolean).join(': ');
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
      void this.after(ms).then(() => {
        // Unless an admin was faster.
        if (this.#tasks.get(job.id)?.task === task && task.attempts > 0) this.add(job);
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
