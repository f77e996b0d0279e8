import type { ActionContext } from '../define.ts';
import { InputError } from '../errors/errors.ts';
import { readChangedUsers, readEverything, startOver } from './engine/crawl.ts';
import { type Delivery, Outbox } from './engine/delivery.ts';
import { type Engine, IMMEDIATELY, usedGroup } from './engine/engine.ts';
import { heldError, isConfirmed, limitsOf, tooMuch } from './engine/hold.ts';
import { listMembers } from './engine/listing.ts';
import { isLogLost, readLog } from './engine/log.ts';
import { mirrorOf } from './engine/mirror.ts';
import { isAnyoneBack, readMissed } from './engine/missed.ts';
import { readChangedGroups } from './engine/moved.ts';
import { type OktaReader, oktaReader } from './engine/okta.ts';
import { pagesOf } from './engine/pages-of.ts';
import { handlePings } from './engine/pings.ts';
import { isApp } from './engine/raw.ts';
import { tellChanges } from './engine/tell.ts';
import { compileMapping } from './mapping/compile.ts';
import type { Mapping } from './mapping/mapping.ts';
import { scopeIdsOf } from './scope.ts';
import { memoryStore } from './store/memory.ts';
import type { Store } from './store/store.ts';
import type { Leaving, SyncOptions, SyncReport } from './sync.ts';
import type { Target } from './targets/target.ts';

const DAY_MS = 24 * 60 * 60_000;
/** A full reading finds what nobody told of: where the log cannot be read, deletions are only found so. */
const FULL_AFTER_MS = { withLog: 7 * DAY_MS, withoutLog: DAY_MS };
const FAILED_SHOWN = 10;
const GROUPS_PAGE = 500;

/**
 * One run: brings the mirror up to date. The first run reads everything, later ones what changed.
 * @throws InputError for a mapping, a limit or a state that cannot be used; OktaError `sync_held` when too many would leave, and
 *   nothing was told; `state_locked` while another process runs it; any other when Okta or the target fails: the next run goes on.
 */
export async function sync(
  context: ActionContext,
  options: Omit<SyncOptions, 'signal' | 'progress'>,
): Promise<SyncReport> {
  const mapping = compileMapping(options.mapping ?? {});
  const { state } = options;
  const store = typeof state === 'object' ? state : await storeAt(state);
  try {
    return await run(context, options, mapping, store);
  } finally {
    // A store that the caller opened stays open.
    if (store !== state) await store.close();
  }
}

async function run(
  context: ActionContext,
  options: Omit<SyncOptions, 'signal' | 'progress'>,
  mapping: Mapping,
  store: Store,
): Promise<SyncReport> {
  const isOther = await isOtherCredential(context, store);
  const okta = oktaReader(context);
  const scope = await scopeOf(store, mapping, okta);
  const engine: Engine = {
    ...{ store, mapping, okta, scope, isAppScope: isAppScope(mapping), signal: context.signal, unread: [] },
    crawl: (await store.get<number>('crawls')) ?? 0,
    totals: {},
    onProgress(one) {
      const total = engine.totals[one.phase] ?? 0;
      options.onProgress?.(total >= one.done ? { ...one, total } : one);
    },
    notice: context.notice,
  };
  const limits = await limitsOf(engine, options.maxLeavers);
  const target = targetOf(options);
  const isSilent = options.fromNow === true && (await store.get('told')) === undefined;
  const delivery: Delivery = { target: isSilent ? undefined : target, isDry: options.dryRun === true };
  const outbox = new Outbox(engine, delivery);
  if (!delivery.isDry) await outbox.deliverLeft();

  await useMapping(engine);
  if (isOther) await startOver(engine);
  await store.set('org', { host: new URL(context.orgUrl).host, credential: context.credential });
  const mode = await read(engine, options.full === true, limits.users);

  const leaving = await tooMuch(engine, limits);
  const held = leaving && !(options.confirmHeld && isConfirmed(await store.get<Leaving>('held'), leaving));
  if (held && !delivery.isDry) {
    await store.set('held', leaving);
    throw heldError(leaving, limits);
  }
  const tell = async () => {
    await tellChanges(engine, outbox);
    return { counts: await store.counts(), errors: await store.errors(FAILED_SHOWN) };
  };
  const { counts, errors } = await (delivery.isDry ? rolledBack(store, tell) : tell());
  if (!delivery.isDry) {
    await store.set('held', undefined);
    await store.set('missed', undefined);
    await store.set('told', true);
    await target.end?.(mirrorOf(store));
  }
  const [{ refused }, { unread }] = [outbox, engine];
  return {
    ...{ mode, changes: outbox.counts, samples: outbox.samples },
    ...(held ? { held: leaving } : {}),
    failed: {
      count: counts.errors + refused.length + unread.length,
      first: [...errors, ...refused, ...unread].slice(0, FAILED_SHOWN),
    },
    ...{ users: counts.toldUsers, groups: counts.toldGroups, memberships: counts.toldMemberships },
    requests: okta.requests(),
  };
}

async function storeAt(place: string | undefined): Promise<Store> {
  if (place === undefined) return memoryStore();
  const { openStore } = await import('./store/open.ts');
  return openStore(place);
}

/** Reads what is new in Okta, or everything. */
async function read(engine: Engine, isFull: boolean, mostLeavers: number): Promise<SyncReport['mode']> {
  const { store, okta } = engine;
  // The log is opened before anything is read, so that nothing between the two is missed.
  const isLost = await isLogLost(engine);
  const readsLog = await readLog(engine);
  if (!readsLog && (await store.get('log')) === undefined && (await store.get('lastFull')) === undefined) {
    engine.notice('without okta.logs.read, deletions are found once a day, by reading everything');
  }
  const lastFull = await store.get<number>('lastFull');
  const age = okta.now() - (lastFull ?? 0);
  const isDue = age > (readsLog ? FULL_AFTER_MS.withLog : FULL_AFTER_MS.withoutLog);
  const isWrong = await isAnyoneBack(engine);
  if (isFull || isLost || isDue || isWrong || (await store.get('crawl')) !== undefined) {
    const isContinued = await readEverything(engine);
    await readMissed(engine, mostLeavers);
    if (isContinued) await readChangedUsers(engine);
    await handlePings(engine);
    if (isContinued) await readChangedGroups(engine, readsLog);
    await listMembers(engine);
    return 'full';
  }
  await readChangedUsers(engine);
  await handlePings(engine);
  await readChangedGroups(engine, readsLog);
  await listMembers(engine);
  return 'delta';
}

/** What the mapping changes is due. For another scope, everything must be read. */
async function useMapping(engine: Engine): Promise<void> {
  const { store, mapping } = engine;
  const scope = JSON.stringify(mapping.scope);
  const isNew = (await store.get<string>('scope')) !== scope;
  if ((await store.get<string>('mapping')) !== mapping.fingerprint || isNew) {
    for await (const page of pagesOf(GROUPS_PAGE, (limit, after) => store.groups(limit, after))) {
      const groups = page.filter((one) => !isApp(one)).map(({ size: _, listed: __, ...one }) => one);
      await store.putGroups(
        groups.map((one) => usedGroup(engine, one)),
        IMMEDIATELY,
      );
    }
    await store.dueAll(IMMEDIATELY);
    if (isNew) await startOver(engine);
    await store.set('mapping', mapping.fingerprint);
    await store.set('scope', scope);
  }
}

const isAppScope = ({ scope }: Mapping): boolean => scope !== 'all' && 'app' in scope;

/** The ids of the scope. Looked up once, so that a group or app that is renamed stays in it. */
async function scopeOf(store: Store, mapping: Mapping, okta: OktaReader): Promise<string[] | undefined> {
  const key = JSON.stringify(mapping.scope);
  const known = await store.get<{ key: string; ids: string[] }>('scopeIds');
  if (known?.key === key) return known.ids;
  const ids = await scopeIdsOf(okta.context, mapping);
  if (ids) await store.set('scopeIds', { key, ids });
  return ids;
}

/**
 * A snapshot of one org is no base for another: everybody would leave.
 * @returns true if another credential made it, which may see other people.
 */
async function isOtherCredential({ orgUrl, credential }: ActionContext, store: Store): Promise<boolean> {
  const { host } = new URL(orgUrl);
  const known = await store.get<{ host: string; credential?: string }>('org');
  if (known !== undefined && known.host !== host) {
    throw new InputError(`This state belongs to ${known.host}, not to ${host}`, {
      hint: 'Give each org a state of its own.',
    });
  }
  return known !== undefined && known.credential !== credential;
}

function targetOf({ target }: SyncOptions): Target {
  if (typeof target !== 'function') return target;
  return {
    batch: 500,
    async apply(changes) {
      await target(changes);
      return [];
    },
  };
}

/** Runs work in a transaction, then takes everything back. */
async function rolledBack<T>(store: Store, work: () => Promise<T>): Promise<T> {
  const back = new Error('taken back');
  let result: T | undefined;
  await store
    .transaction(async () => {
      result = await work();
      throw back;
    })
    .catch((error: unknown) => {
      if (error !== back) throw error;
    });
  return result as T;
}
