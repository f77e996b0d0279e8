import { hash } from 'node:crypto';
import type { HeldRun, TriggerSource } from '../../../define.ts';
import { InputError, isOktaError } from '../../../errors/errors.ts';
import { counted, inSentences } from '../../../errors/sentences.ts';
import { canonical } from '../../../schema/record.ts';
import type { Change, ChangeKind } from '../../../sync/change.ts';
import type { MappingInput } from '../../../sync/mapping/schema.ts';
import type { MemoryStore } from '../../../sync/store/memory.ts';
import type { LeaverLimit, SyncReport } from '../../../sync/sync.ts';

/** The largest directory whose snapshot a host can keep: about 4 MB. */
export const MOST = { users: 20_000, memberships: 400_000 };

interface DirectoryInput {
  mapping?: MappingInput;
  /** Which changes fire; default: all. */
  kinds?: readonly ChangeKind[];
  maxLeavers: string;
  /** Whether the first run delivers what is there already. */
  existing: boolean;
  /** Mark of what an earlier run held back. */
  confirmHeld?: string;
}

type Run = HeldRun<DirectoryInput, unknown, Set<string>>;

/** Where the snapshot keeps changes that were found and not delivered yet. */
const UNDELIVERED = 'undelivered';
/** The problems that were told last. */
const PROBLEMS = 'problems';

/** So many changes are delivered between two saves. */
const CHUNK = 1_000;

/**
 * The changes of a directory since the last run. The snapshot is the state of the trigger, with the changes on their way: after
 * a kill they come again with the same ids, after an orderly stop only the rest.
 */
export const directorySource: TriggerSource<DirectoryInput, unknown, Set<string>> = {
  async *run(run) {
    const { memoryStore } = await import('../../../sync/store/memory.ts');
    const store = memoryStore(run.held.value);
    const left = (await store.get<Change[]>(UNDELIVERED)) ?? [];
    if (left.length > 0) {
      yield* deliver(run, store, left);
      if (run.maxPages === 1) {
        run.onMore?.();
        return;
      }
    }
    const found: Change[] = [];
    try {
      await findChanges(run, store, found);
    } catch (error) {
      if (error instanceof TooLarge) throw error;
      // What was read and found so far is kept: the next run goes on there.
      await save(run, store, found).catch(() => {});
      throw await withMark(error, store);
    }
    await save(run, store, found);
    if (found.length > 0) yield* deliver(run, store, found);
  },

  async sample({ input, context }, limit) {
    const { sampleChanges } = await import('./directory-sample.ts');
    return sampleChanges(context, input.mapping, limit);
  },
};

async function save({ held }: Run, store: MemoryStore, undelivered: readonly Change[]): Promise<void> {
  await store.set(UNDELIVERED, undelivered.length > 0 ? undelivered : undefined);
  await held.save(store.toJSON());
}

async function* deliver(run: Run, store: MemoryStore, changes: readonly Change[]) {
  const known = run.unsaved.value ?? new Set<string>();
  run.unsaved.value = known;
  let done = 0;
  try {
    for (const change of changes) {
      if (!known.has(change.id)) {
        run.held.assertHeld();
        yield { ...change };
        known.add(change.id);
      }
      done += 1;
      if (done % CHUNK === 0 && done < changes.length) await save(run, store, changes.slice(done));
    }
  } finally {
    // A consumer that stops gets the rest next time.
    if (done < changes.length) await save(run, store, changes.slice(done)).catch(() => {});
  }
  await save(run, store, []);
  run.unsaved.value = undefined;
}

/** Runs the engine. @param found filled with the changes that fire. */
async function findChanges(run: Run, store: MemoryStore, found: Change[]): Promise<void> {
  const { input, context } = run;
  const { sync } = await import('../../../sync/run.ts');
  const fires = ({ kind }: Change) => input.kinds === undefined || input.kinds.includes(kind);
  const report = await sync(context, {
    ...{ mapping: input.mapping, state: store, fromNow: !input.existing },
    maxLeavers: input.maxLeavers as LeaverLimit,
    confirmHeld: input.confirmHeld !== undefined && input.confirmHeld === (await markOf(store)),
    target: async (changes) => void found.push(...changes.filter(fires)),
    onProgress({ phase, done }) {
      if (phase === 'users' || phase === 'groups') assertFits({ users: done, memberships: 0 });
      if (phase === 'members') assertFits({ users: 0, memberships: done });
    },
  });
  assertFits(report);
  await tellProblems(run, store, report);
}

/** A directory whose snapshot no host should keep. */
class TooLarge extends InputError {}

function assertFits({ users, memberships }: Pick<SyncReport, 'users' | 'memberships'>): void {
  if (users <= MOST.users && memberships <= MOST.memberships) return;
  const most = [counted(MOST.users, 'user'), counted(MOST.memberships, 'membership')].join(' and ');
  throw new TooLarge(`This directory is too large for a trigger, which keeps up to ${most}`, {
    hint: 'Narrow the scope and the groups of the mapping, or run the command line ("okta-connector sync --state FILE --to webhook URL"), which takes directories of any size and posts the same changes.',
  });
}

/** Rows that cannot be told wait apart: said once, until others do. */
async function tellProblems({ context }: Run, store: MemoryStore, { failed }: SyncReport): Promise<void> {
  const text = failed.first.map(({ id, message }) => `${id}: ${message}`);
  const problems = canonical(text);
  if (failed.count > 0 && (await store.get(PROBLEMS)) !== problems) {
    context.notice(
      inSentences(`${counted(failed.count, 'row')} could not be told, and will be tried again`, ...text),
    );
  }
  await store.set(PROBLEMS, problems);
}

/** Names what was held back, so that a confirmation left in place confirms nothing else. */
async function markOf(store: MemoryStore): Promise<string | undefined> {
  const held = await store.get('held');
  if (held === undefined) return undefined;
  return hash('sha256', canonical([held, (await store.get('number')) ?? 0]), 'hex').slice(0, 8);
}

async function withMark(error: unknown, store: MemoryStore): Promise<unknown> {
  if (!isOktaError(error) || error.code !== 'sync_held') return error;
  return error.with({
    hint: `If they do leave, set confirmHeld to ${await markOf(store)}, which confirms this and nothing else. If not, look at the role and scopes of the connection, and at the scope and statuses of the mapping.`,
  });
}
