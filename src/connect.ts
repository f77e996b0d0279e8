import { contextFactory } from './action-context.ts';
import { authOf } from './auth/authorizer.ts';
import { type Connection, parseConnection } from './auth/connection.ts';
import { fileTokenStore } from './auth/token-file.ts';
import type { TokenStore } from './auth/token-source.ts';
import type { BulkJournal, BulkResult, ErrorLimit } from './bulk/types.ts';
import { type CheckReport, checkConnection } from './check.ts';
import { atLeastOne, retriesOf, shareOf, timeOf } from './client-options.ts';
import { actionOf, connector, triggerOf } from './connector.ts';
import type { OptionsPage } from './define.ts';
import { InputError } from './errors/errors.ts';
import type { ExportKind, ExportQuery } from './export/sources.ts';
import { httpClient } from './http/client.ts';
import { systemClock } from './http/clock.ts';
import { pipeline } from './http/pipeline.ts';
import type { Budget } from './http/rate-bucket.ts';
import { type RequestLogEntry, requestLog } from './http/request-log.ts';
import type { Clock, Progress, Transport } from './http/types.ts';
import type { ProfileAttribute } from './options/profile-schema.ts';
import { effectFor, isList, parseInput, runAction, streamAction } from './run-action.ts';
import { fileStateStore } from './state/file.ts';
import { runtime } from './state/machine.ts';
import type { StateStore } from './state/store.ts';
import type { Deliver, Receiver } from './triggers/sources/receiver.ts';
import {
  assertPolled,
  repeat,
  runTrigger,
  sampleTrigger,
  type TriggerItem,
  type TriggerRun,
} from './triggers/sources/run-trigger.ts';

/** How a client behaves; every member has a default. Times are milliseconds. */
export interface ConnectOptions {
  /** Share of each rate-limit bucket to use at most, 0 to 1. Default 0.8. */
  rateLimitShare?: number;
  /** Requests under way at the same time. Default 10. */
  concurrency?: number;
  /**
   * Where several processes with the same credential share the rate-limit budget: a file of this machine, or a store such as
   * Redis between machines. Together they then keep to `rateLimitShare`. Each for itself when left out.
   */
  budget?: string | StateStore;
  /** Repeats after the first try, where repeating is safe. Default 3. */
  maxRetries?: number;
  /** Longest wait for a rate limit; a longer one is a RateLimitError with retryAfterMs. Default 65,000. */
  maxWaitMs?: number;
  /** One attempt, first byte to last. Default 30,000. */
  attemptTimeoutMs?: number;
  /** One call with all its waits and repeats. Default 150,000. */
  deadlineMs?: number;
  /** Gets one entry for each request that was sent. */
  requestLog?: (entry: RequestLogEntry) => void;
  /** Lets the request log hold real paths, with ids, logins and search expressions. Default false. */
  logPersonalData?: boolean;
  /** Gets short texts while something takes long. */
  progress?: Progress;
  /** Gets what must be said even when nobody watches: a trigger that started anew or waits for Okta. Default: progress. */
  notice?: Progress;
  /** Where the tokens of a sign-in are kept: a file, or a store of the host. In memory when left out. */
  tokens?: string | TokenStore;
  /** Named in the User-Agent, for example "n8n-nodes-okta-connector/1.0.0". */
  userAgent?: string;
  clock?: Clock;
  /** Puts requests on the wire, where the host has a client of its own; axios when left out. */
  transport?: Transport;
}

export interface RunOptions {
  signal?: AbortSignal;
  /** For this run, instead of the client's own. */
  progress?: Progress;
}

export interface BulkOptions extends RunOptions {
  /** Rows under way at the same time. Default: the concurrency of the client; the rate limits pace them anyway. */
  concurrency?: number;
  /** When to stop: after more than this many rows failed, or more than this share of them. Default `10%`. */
  maxErrors?: ErrorLimit;
  /** Where it is written down which rows are begun, for runs that can be resumed. */
  journal?: BulkJournal;
  /** Reads and checks, but changes nothing; results say what would be changed. */
  dryRun?: boolean;
}

export interface PollOptions extends RunOptions {
  /** Where the trigger remembers what it delivered: a file, or a store of the host. */
  state: string | StateStore;
  /** Stop after this many pages of up to 1,000 events; the rest follows in the next run. */
  maxPages?: number;
}

export interface FollowOptions extends PollOptions {
  /** Milliseconds between two runs; or a function that says so, for schedules. Default 30,000. */
  interval?: number | (() => number);
}

/** Without a signal: `stop` ends a receiver, and has to ask Okta to delete the hook. */
export interface WebhookOptions extends Omit<RunOptions, 'signal'> {
  /** Where Okta reaches the receiver, https. */
  publicUrl: string;
  state: string | StateStore;
  /** Milliseconds between two looks into the System Log, for subscribers that reconcile. Default 60,000. */
  reconcileMs?: number;
}

/** A subscriber named by trigger key. */
export interface WebhookSubscription {
  key: string;
  input: unknown;
  deliver: Deliver;
}

/** A receiver whose subscribers are named by trigger key. */
export interface Webhook extends Omit<Receiver, 'subscribe'> {
  /**
   * Adds subscribers. Nothing is delivered before the first call, so after a restart give all of them at once.
   * @throws InputError for what no hook delivers.
   */
  subscribe(...subscriptions: WebhookSubscription[]): Promise<void>;
}

/** One connection, ready to use. Safe to share; nothing is sent before the first call. */
export interface Client {
  readonly orgUrl: string;
  /**
   * Runs an action. @throws InputError before anything is sent; OktaError for what Okta or the network refused.
   */
  run(key: string, input: unknown, options?: RunOptions): Promise<unknown>;
  /** The items of a list action as they come, with flat memory. @throws InputError for an action that is no list. */
  stream(key: string, input: unknown, options?: RunOptions): AsyncGenerator<unknown, void, undefined>;
  /**
   * Runs an action for each input, several at the same time, with flat memory. Results come as rows are finished; an Error
   * in the place of an input becomes the result of its row. With `signal` no further write is begun, and those under way
   * are finished. @throws what ended it before the inputs did, after the last result: OktaError `rows_failed` for too many
   * errors, the error itself for a credential or scope that is refused.
   */
  bulk(
    key: string,
    inputs: AsyncIterable<unknown> | Iterable<unknown>,
    options?: BulkOptions,
  ): AsyncGenerator<BulkResult, void, undefined>;
  /**
   * All users, groups, members of a group or System Log events, as Okta returns them, page by page with flat memory.
   * @throws InputError for what this kind cannot be asked for.
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
  poll(key: string, input: unknown, options: PollOptions): AsyncGenerator<unknown, void, undefined>;
  /** Polls again and again; ends with the signal, or with an error that waiting cannot mend. */
  follow(key: string, input: unknown, options: FollowOptions): AsyncGenerator<unknown, void, undefined>;
  /** A few recent items of a trigger, newest first, without touching any state; of a scheduled one a single item. */
  sample(key: string, input: unknown, options?: RunOptions & { limit?: number }): Promise<TriggerItem[]>;
  /** Opens a receiver for event hooks; subscribe a trigger once its server listens. Ends with `stop` of the receiver. */
  webhook(options: WebhookOptions): Promise<Webhook>;
  /** Tests the connection and tells what it can do. Problems are part of the report, not thrown. */
  test(options?: RunOptions): Promise<CheckReport>;
  /** One page of a dynamic drop-down: users, groups, apps. */
  options(
    key: string,
    query?: { search?: string; cursor?: string },
    options?: RunOptions,
  ): Promise<OptionsPage>;
  /**
   * The profile attributes of a user type; undefined where the connection may not read schemas, or Okta's answer names no
   * attributes. @throws OktaError for anything else.
   */
  fields(typeId?: string): Promise<ProfileAttribute[] | undefined>;
  /** The rate-limit buckets that were used so far, as of the last answers; asks nothing. */
  budget(): Budget[];
  /** Closes idle sockets. */
  close(): void;
}

/**
 * Opens a connection to an Okta org.
 * @throws InputError `invalid_connection` when the connection cannot work as it is; `invalid_input` for options that
 *   cannot.
 */
export function connect(connection: Connection, options: ConnectOptions = {}): Client {
  const checked = parseConnection(connection);
  const { orgUrl, auth } = checked;
  const clock = options.clock ?? systemClock;
  const progress = options.progress ?? (() => {});
  const notice = options.notice ?? progress;
  const concurrency = atLeastOne(options.concurrency ?? 10);
  const rateLimitShare = shareOf(options.rateLimitShare ?? 0.8);
  const maxRetries = retriesOf(options.maxRetries ?? 3);
  const maxWaitMs = timeOf('maxWaitMs', options.maxWaitMs ?? 65_000, { none: true });
  const attemptTimeoutMs = timeOf('attemptTimeoutMs', options.attemptTimeoutMs ?? 30_000);
  const deadlineMs = timeOf('deadlineMs', options.deadlineMs ?? 150_000);
  const { host } = new URL(orgUrl);
  const stateKeyOf = (key: string) => `${key}@${host}`;
  function storeOf(name: string, place: string | StateStore): StateStore {
    if (typeof place === 'string' && place !== '') return fileStateStore(place, clock.now);
    // Who writes JavaScript is not told by a compiler.
    if (typeof place === 'object' && place !== null) return place;
    throw new InputError(`${name} must be the name of a file, or a store`, {
      hint: `For example { ${name}: '${name}.json' }.`,
    });
  }

  const http = httpClient({
    orgUrl,
    userAgent: [options.userAgent, `okta-connector/${connector.identity.version} ${runtime()}`]
      .filter(Boolean)
      .join(' '),
    attemptTimeoutMs,
    transport: options.transport,
  });
  const { requestLog: write } = options;
  const send = write
    ? requestLog(http, { clock, write, personalData: options.logPersonalData ?? false })
    : http;

  const seed = auth.type === 'authorization_code' ? auth.tokens : undefined;
  const tokenStore =
    typeof options.tokens === 'string' ? fileTokenStore(options.tokens, seed) : options.tokens;
  const { authorizer, source } = authOf(checked, {
    send,
    clock,
    tokenStore,
    notice,
    retry: { clock, maxRetries, maxWaitMs },
  });
  const api = pipeline(send, authorizer, {
    ...{ clock, maxRetries, maxWaitMs, progress },
    rateLimitShare,
    concurrency,
    deadlineMs,
    shared:
      options.budget === undefined ? undefined : { store: storeOf('budget', options.budget), host, notice },
  });
  const contextFor = contextFactory({ orgUrl, send: api, clock, progress, notice });

  function prepare(key: string, input: unknown, { signal, progress }: RunOptions) {
    const action = actionOf(key);
    const parsed = parseInput(action, input);
    const { idempotent, kind } = effectFor(action, parsed);
    const run = { idempotent, writes: kind === 'write', scopes: action.scopes, signal, progress };
    return { action, parsed, context: contextFor(run) };
  }
  const reading = (scopes: readonly string[], { signal, progress }: RunOptions) =>
    contextFor({ idempotent: true, writes: false, scopes, signal, progress });

  function prepareTrigger(key: string, input: unknown, runOptions: RunOptions) {
    const trigger = triggerOf(key);
    const parsed = parseInput(trigger, input) as Record<string, unknown>;
    return { trigger, input: parsed, context: reading(trigger.scopes, runOptions) };
  }
  function prepareRun(key: string, input: unknown, runOptions: PollOptions): TriggerRun {
    const { state, maxPages, ...rest } = { ...runOptions };
    const run = {
      ...prepareTrigger(key, input, rest),
      store: storeOf('state', state),
      stateKey: stateKeyOf(key),
      maxPages,
    };
    assertPolled(run.trigger);
    return run;
  }

  return {
    orgUrl,
    async run(key, input, runOptions = {}) {
      const { action, parsed, context } = prepare(key, input, runOptions);
      return runAction(action, context, parsed);
    },
    async *stream(key, input, runOptions = {}) {
      const { action, parsed, context } = prepare(key, input, runOptions);
      if (!isList(action)) throw new InputError(`${key} does not answer with a list`, { hint: 'Use run.' });
      yield* streamAction(action, context, parsed);
    },
    async *bulk(key, inputs, bulkOptions = {}) {
      const action = actionOf(key);
      const { runBulk } = await import('./bulk/run-bulk.ts');
      const { bulkTask } = await import('./bulk/bulk-task.ts');
      const { progress, dryRun = false } = bulkOptions;
      const groupIds = new Map<string, Promise<string>>();
      const task = bulkTask(action, dryRun, (effect, { signal, sending }) =>
        contextFor({
          idempotent: effect.idempotent,
          writes: effect.kind === 'write',
          scopes: action.scopes,
          ...{ signal, sending, progress, groupIds },
        }),
      );
      yield* runBulk(inputs, task, {
        ...bulkOptions,
        clock,
        concurrency: atLeastOne(bulkOptions.concurrency ?? concurrency),
      });
    },
    async *export(kind, query = {}, runOptions = {}) {
      const { exportItems, parseExport } = await import('./export/sources.ts');
      const parsed = parseExport(kind, query);
      yield* exportItems(kind, reading(parsed.scopes, runOptions), parsed.query);
    },
    poll: (key, input, runOptions) => runTrigger(prepareRun(key, input, runOptions)),
    follow(key, input, runOptions) {
      const run = { ...prepareRun(key, input, runOptions), unsaved: {} };
      const { interval = 30_000, signal } = runOptions;
      if (typeof interval === 'number') timeOf('interval', interval);
      const pause = typeof interval === 'function' ? interval : () => interval;
      return repeat(() => runTrigger(run), { clock, notice: runOptions.progress ?? notice, signal, pause });
    },
    sample: (key, input, { limit = 3, ...runOptions } = {}) =>
      sampleTrigger(prepareTrigger(key, input, runOptions), limit),
    async webhook({ publicUrl, state, reconcileMs = 60_000, progress }) {
      // The server side is loaded by those who receive.
      const { openReceiver } = await import('./triggers/sources/receiver.ts');
      const receiver = await openReceiver({
        context: reading(['okta.eventHooks.manage'], { progress }),
        store: storeOf('state', state),
        stateKey: stateKeyOf('webhook'),
        ...{ publicUrl, reconcileMs },
      });
      return {
        ...receiver,
        subscribe: async (...subscriptions) =>
          receiver.subscribe(
            ...subscriptions.map(({ key, input, deliver }) => ({
              ...prepareTrigger(key, input, { progress }),
              deliver,
            })),
          ),
      };
    },
    test: (runOptions = {}) => checkConnection(checked, { context: reading([], runOptions), send, source }),
    async options(key, query = {}, runOptions = {}) {
      const found = connector.options.find((one) => one.key === key);
      if (!found) {
        throw new InputError(`There are no options ${key}`, {
          code: 'unknown_operation',
          hint: `There are ${connector.options.map((one) => one.key).join(', ')}.`,
        });
      }
      return found.load(reading(found.scopes, runOptions), query);
    },
    async fields(typeId = 'default') {
      const context = reading(['okta.schemas.read'], {});
      return (await context.profileSchema(typeId, { strict: true }))?.attributes;
    },
    budget: api.budget,
    close: () => http.close(),
  };
}
