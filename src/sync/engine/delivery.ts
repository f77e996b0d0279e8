import { randomBytes } from 'node:crypto';
import type { Change, ChangeKind } from '../change.ts';
import type { DueMember, Told } from '../store/store.ts';
import type { ChangeRefusal, Target } from '../targets/target.ts';
import type { Engine } from './engine.ts';
import { type ChangeDraft, membershipChange, partlyTold } from './rows.ts';

/** A change on its way, with what takes it back if the target refuses it. */
type Outgoing =
  | {
      id: string;
      draft: ChangeDraft;
      undo: { users: Told; after: string | undefined } | { groups: Told };
      attempts: number;
    }
  // A membership says it all, and there are many.
  | { id: string; member: DueMember };

const changeOf = (one: Outgoing): Change => ({
  id: one.id,
  ...('member' in one ? membershipChange(one.member) : one.draft),
});

/** Pause before a refused change is tried again, milliseconds: it doubles up to an hour. */
const [FIRST_PAUSE_MS, LONGEST_PAUSE_MS] = [30_000, 60 * 60_000];

/** How many changes of each kind a dry run shows. */
const SAMPLES = 3;

const RANDOM_BYTES = 6;

/** How changes leave. */
export interface Delivery {
  /** Undefined: nothing is told to anybody. */
  target: Target | undefined;
  /** Runs as part of a transaction that is rolled back. */
  isDry: boolean;
}

/**
 * Tells changes in batches: what the target will have is saved together with the batch, then the target applies it. After a kill
 * the batch comes again, with the same ids.
 */
export class Outbox {
  readonly counts: Partial<Record<ChangeKind, number>> = {};
  readonly samples: Change[] = [];
  /** Memberships that the target refused. */
  readonly refused: { id: string; message: string; code: string }[] = [];
  readonly #engine: Engine;
  readonly #delivery: Delivery;
  #batch: Outgoing[] = [];
  #tell: { users: Told[]; groups: Told[]; members: DueMember[] } = { users: [], groups: [], members: [] };
  #done = 0;

  constructor(engine: Engine, delivery: Delivery) {
    this.#engine = engine;
    this.#delivery = delivery;
  }

  /** Most changes that are told at once. */
  get batch(): number {
    return this.#delivery.target?.batch ?? 500;
  }

  /** Delivers what an earlier run saved and could not deliver. */
  async deliverLeft(): Promise<void> {
    if (!this.#delivery.target) return;
    for (;;) {
      const batch = await this.#engine.store.firstOut();
      if (!batch) return;
      await this.#deliver(batch as Outgoing[]);
    }
  }

  /** @param before what the target had, and how often telling it failed. */
  async row(
    kind: 'users' | 'groups',
    { drafts, told }: { drafts: readonly ChangeDraft[]; told: Told },
    before: { told: string | undefined; active?: boolean; attempts: number },
  ): Promise<void> {
    const undo = { id: told.id, told: before.told, active: before.active };
    const back = kind === 'users' ? { users: undo, after: told.told } : { groups: undo };
    if (this.#batch.length + drafts.length > this.batch) await this.flush();
    this.#tell[kind].push(told);
    for (const draft of drafts) this.#batch.push({ id: '', draft, undo: back, attempts: before.attempts });
    await this.#flushIfFull();
  }

  async memberships(members: readonly DueMember[]): Promise<void> {
    for (const member of members) {
      this.#tell.members.push(member);
      this.#batch.push({ id: '', member });
      await this.#flushIfFull();
    }
    await this.flush();
  }

  async #flushIfFull(): Promise<void> {
    const { users, groups } = this.#tell;
    if (this.#batch.length >= this.batch || users.length + groups.length >= 500) await this.flush();
  }

  /** Saves and delivers what was added. */
  async flush(): Promise<void> {
    const { store } = this.#engine;
    const { target, isDry } = this.#delivery;
    const batch = this.#batch;
    const { users, groups, members } = this.#tell;
    this.#batch = [];
    this.#tell = { users: [], groups: [], members: [] };
    const tell = async () => {
      if (users.length > 0) await store.tellUsers(users);
      if (groups.length > 0) await store.tellGroups(groups);
      if (members.length > 0) await store.tellMembers(members);
      if (batch.length === 0 || !target || isDry) return;
      await this.#number(batch);
      await store.pushOut(batch);
    };
    await (isDry ? tell() : store.transaction(tell, 'power'));
    if (isDry) this.#count(batch.map(changeOf));
    else if (target && batch.length > 0) await this.#deliver(batch);
  }

  /** Ids are unique in a snapshot: its own random name, and a number. */
  async #number(batch: readonly Outgoing[]): Promise<void> {
    const { store } = this.#engine;
    const name = (await store.get<string>('name')) ?? randomBytes(RANDOM_BYTES).toString('base64url');
    let number = (await store.get<number>('number')) ?? 0;
    for (const one of batch) one.id = `${name}-${++number}`;
    await store.set('name', name);
    await store.set('number', number);
  }

  /** @param batch the oldest one on its way out. */
  async #deliver(batch: readonly Outgoing[]): Promise<void> {
    const { store, signal } = this.#engine;
    signal?.throwIfAborted();
    const changes = batch.map(changeOf);
    const refusals = new Map<string, ChangeRefusal>();
    for (const one of (await this.#delivery.target?.apply(changes, signal)) ?? []) refusals.set(one.id, one);
    const taken = changes.filter(({ id }) => !refusals.has(id));
    await store.transaction(async () => {
      for (const one of batch) {
        const refusal = refusals.get(one.id);
        if (refusal) await this.#takeBack(one, refusal, taken);
      }
      await store.dropOut();
    });
    this.#count(taken);
  }

  /** @param taken what the target did take of the batch. */
  async #takeBack(one: Outgoing, refusal: ChangeRefusal, taken: readonly Change[]): Promise<void> {
    const { store, okta } = this.#engine;
    const error = { message: refusal.message, code: refusal.code };
    if ('member' in one) {
      const { member } = one;
      this.refused.push({ id: `${member.groupId} ${member.userId}`, ...error });
      await store.tellMembers([{ ...member, isMember: !member.isMember }]);
      await store.deferMembers(member.groupId, okta.now() + FIRST_PAUSE_MS);
      return;
    }
    const { undo, attempts } = one;
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** attempts, LONGEST_PAUSE_MS);
    const due = refusal.retryable ? okta.now() + pause : undefined;
    if ('users' in undo) {
      const { id, told } = undo.users;
      const own = taken.filter(({ key }) => 'userId' in key && key.userId === id);
      await store.tellUsers([{ id, ...partlyTold({ before: told, after: undo.after }, own), due, error }]);
    } else await store.tellGroups([{ ...undo.groups, due, error }]);
  }

  #count(changes: readonly Change[]): void {
    for (const change of changes) {
      const count = (this.counts[change.kind] ?? 0) + 1;
      this.counts[change.kind] = count;
      if (this.#delivery.isDry && count <= SAMPLES) this.samples.push(change);
    }
    this.#done += changes.length;
    this.#engine.onProgress({ phase: 'changes', done: this.#done });
  }
}
