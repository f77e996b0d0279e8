import type { BulkOptions } from './bulk/bulk.ts';
import type { BulkResult } from './bulk/types.ts';
import type { Actions, ListActions, Triggers } from './connector.ts';
import type { OptionsPage, OptionsQuery, TriggerItem } from './define.ts';
import type { ExportKind, ExportQuery } from './export/sources.ts';
import type { Budget } from './http/rate-bucket.ts';
import type { ProfileAttribute } from './schema/profile-attribute.ts';
import type { CheckReport } from './session/check.ts';
import type { FieldsOptions, RunOptions } from './session/options.ts';
import type { SyncOptions, SyncReport } from './sync/sync.ts';
import type { FollowOptions, PollOptions, SampleOptions } from './triggers/follow.ts';
import type { EventHook, HookOptions } from './triggers/hook.ts';
import type { Pulled, PullOptions } from './triggers/pull.ts';
import type { Webhook, WebhookOptions } from './triggers/webhook.ts';

/** A key unknown at compile time; a known key has its own types, and a misspelt literal does not compile. */
export type AtRunTime<K extends string> = string extends K ? K : never;

type ItemOf<L> = L extends readonly (infer T)[] ? T : never;
type Rows<T> = AsyncIterable<T> | Iterable<T>;

/** The same methods without per-operation types, as implemented. */
export interface UntypedClient
  extends Omit<Client, 'run' | 'stream' | 'bulk' | 'poll' | 'follow' | 'sample' | 'pull' | 'hook'> {
  run(key: string, input: unknown, options?: RunOptions): Promise<unknown>;
  stream(key: string, input: unknown, options?: RunOptions): AsyncGenerator<unknown, void, undefined>;
  bulk(
    key: string,
    inputs: Rows<unknown>,
    options?: BulkOptions,
  ): AsyncGenerator<BulkResult, void, undefined>;
  poll(key: string, input: unknown, options: PollOptions): AsyncGenerator<unknown, void, undefined>;
  follow(key: string, input: unknown, options: FollowOptions): AsyncGenerator<unknown, void, undefined>;
  sample(key: string, input: unknown, options?: SampleOptions): Promise<TriggerItem[]>;
  pull(key: string, input: unknown, options?: PullOptions): Promise<Pulled>;
  hook(key: string, input: unknown, options: HookOptions): EventHook;
}

/** One connection, ready to use. Safe to share; nothing is sent before the first call. */
export interface Client {
  readonly orgUrl: string;
  /**
   * Runs an action; input and output are typed by its key. @throws InputError before anything is sent; OktaError for
   * failures of Okta or the network.
   */
  run<K extends keyof Actions>(
    key: K,
    input: Actions[K]['input'],
    options?: RunOptions,
  ): Promise<Actions[K]['output']>;
  /** With a key known only at run time. */
  run<K extends string>(key: AtRunTime<K>, input: unknown, options?: RunOptions): Promise<unknown>;
  /** The items of a list action as they arrive, in constant memory. @throws InputError for an action that is not a list. */
  stream<K extends ListActions>(
    key: K,
    input: Actions[K]['input'],
    options?: RunOptions,
  ): AsyncGenerator<ItemOf<Actions[K]['output']>, void, undefined>;
  stream<K extends string>(
    key: AtRunTime<K>,
    input: unknown,
    options?: RunOptions,
  ): AsyncGenerator<unknown, void, undefined>;
  /**
   * Runs an action for each input, several concurrently, in constant memory. Results arrive in order of completion; an Error
   * instead of an input becomes the result of its row. After `signal` no further write starts, and those in progress
   * finish. @throws whatever ended it early, after the last result: OktaError `rows_failed` for too many errors, the error
   * itself for a refused credential or scope.
   */
  bulk<K extends keyof Actions>(
    key: K,
    inputs: Rows<Actions[K]['input'] | Error>,
    options?: BulkOptions,
  ): AsyncGenerator<BulkResult<Actions[K]['output']>, void, undefined>;
  bulk<K extends string>(
    key: AtRunTime<K>,
    inputs: Rows<unknown>,
    options?: BulkOptions,
  ): AsyncGenerator<BulkResult, void, undefined>;
  /**
   * All users, groups, apps, assignments of apps, members of a group or System Log events, as Okta returns them, page by page in constant memory.
   * @throws InputError for a selection that this kind does not support.
   */
  export(
    kind: ExportKind,
    query?: ExportQuery,
    options?: RunOptions,
  ): AsyncGenerator<unknown, void, undefined>;
  /**
   * One run of a polling or scheduled trigger: the items since the last one. A page is committed when the consumer comes
   * back for more. @throws OktaError `state_locked` while another process runs it.
   */
  poll<K extends keyof Triggers>(
    key: K,
    input: Triggers[K]['input'],
    options: PollOptions,
  ): AsyncGenerator<Triggers[K]['output'], void, undefined>;
  poll<K extends string>(
    key: AtRunTime<K>,
    input: unknown,
    options: PollOptions,
  ): AsyncGenerator<unknown, void, undefined>;
  /** Polls repeatedly; ends with the signal, or with an error that waiting cannot resolve. */
  follow<K extends keyof Triggers>(
    key: K,
    input: Triggers[K]['input'],
    options: FollowOptions,
  ): AsyncGenerator<Triggers[K]['output'], void, undefined>;
  follow<K extends string>(
    key: AtRunTime<K>,
    input: unknown,
    options: FollowOptions,
  ): AsyncGenerator<unknown, void, undefined>;
  /** A few recent items of a trigger, newest first, without touching any state; a single item for a scheduled trigger. */
  sample<K extends keyof Triggers>(
    key: K,
    input: Triggers[K]['input'],
    options?: SampleOptions,
  ): Promise<Triggers[K]['output'][]>;
  sample<K extends string>(
    key: AtRunTime<K>,
    input: unknown,
    options?: SampleOptions,
  ): Promise<TriggerItem[]>;
  /**
   * The items since a cursor, for hosts that keep no state for a trigger. The first call has no cursor: it delivers nothing and
   * begins now, or at the input's `since`. Each call returns the cursor of the next one; a call repeated with the same cursor
   * delivers the same items, and perhaps further ones. Call again at once while `more` is true.
   * @throws InputError for a webhook trigger, and for a cursor that is damaged or was returned for something else.
   */
  pull<K extends keyof Triggers>(
    key: K,
    input: Triggers[K]['input'],
    options?: PullOptions,
  ): Promise<Pulled<Triggers[K]['output']>>;
  pull<K extends string>(key: AtRunTime<K>, input: unknown, options?: PullOptions): Promise<Pulled>;
  /** Opens a receiver for event hooks; subscribe a trigger once its server listens. Call its `stop` at the end. */
  webhook(options: WebhookOptions): Promise<Webhook>;
  /**
   * The event hook of one trigger, for hosts that run a function per request: several processes share it through the state,
   * and none has to stay. Sends nothing. @throws InputError for a URL that Okta cannot call, for a trigger or an input that
   * no hook delivers, and for `reconcile`, which needs a process that stays.
   */
  hook<K extends keyof Triggers>(
    key: K,
    input: Triggers[K]['input'],
    options: HookOptions,
  ): EventHook<Triggers[K]['output']>;
  hook<K extends string>(key: AtRunTime<K>, input: unknown, options: HookOptions): EventHook;
  /**
   * Brings a mirror of the org's users, groups and memberships up to date: tells a target what changed since the last run. @throws
   * OktaError `sync_held` when too many people would leave at once: then nothing was told. See docs/directory-sync.md.
   */
  sync(options: SyncOptions): Promise<SyncReport>;
  /** Tests the connection and reports what it can do. Problems are part of the report, not thrown. */
  test(options?: RunOptions): Promise<CheckReport>;
  /** One page of a dynamic drop-down: users, groups, apps. */
  options(key: string, query?: OptionsQuery, options?: RunOptions): Promise<OptionsPage>;
  /**
   * The attributes that the org defines for its users, or for another resource (`group`, `app_assignment`); undefined when
   * the connection may not read schemas.
   * @param type user type, or app. Default: the default type.
   * @param options.allKinds attributes of every kind, the default one first: for changing objects whose kind is not known.
   * @throws InputError for a resource without attributes; OktaError for anything else.
   */
  fields(type?: string, options?: FieldsOptions): Promise<ProfileAttribute[] | undefined>;
  /** The rate-limit buckets used so far, as of the last answers; sends nothing. */
  budget(): Budget[];
  /** Closes idle sockets. */
  close(): void;
}
