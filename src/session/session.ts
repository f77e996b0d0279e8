import { randomBytes } from 'node:crypto';
import { authOf } from '../auth/authorizer.ts';
import { type CheckedConnection, type Connection, parseConnection } from '../auth/connection.ts';
import { credentialMark } from '../auth/credential-mark.ts';
import { fileTokenStore } from '../auth/token-file.ts';
import type { TokenSource } from '../auth/token-source.ts';
import type { ActionContext } from '../define.ts';
import { InputError } from '../errors/errors.ts';
import { httpClient } from '../http/client.ts';
import { systemClock } from '../http/clock.ts';
import { pipeline, unsignedPipeline } from '../http/pipeline.ts';
import type { Budget } from '../http/rate-bucket.ts';
import { requestLog } from '../http/request-log.ts';
import type { Clock, Progress, Send } from '../http/types.ts';
import { fileStateStore } from '../state/file.ts';
import { runtime } from '../state/machine.ts';
import type { StateStore } from '../state/store.ts';
import { contextFactory, type RunSettings } from './context.ts';
import { atLeastOne, durationOf, retriesOf, shareOf } from './option-checks.ts';
import type { ConnectOptions, RunOptions } from './options.ts';

/** What one connection provides to everything that uses it. */
export interface Session {
  connection: CheckedConnection;
  /** Mark that tells the credentials of one org apart. */
  credential: string;
  clock: Clock;
  notice: Progress;
  concurrency: number;
  /** Unsigned, for Okta's public metadata. */
  send: Send;
  /** The tokens of the connection; none with an API token. */
  source: TokenSource | undefined;
  contextFor(run: RunSettings): ActionContext;
  /** A context for reading. */
  reading(scopes: readonly string[], options?: RunOptions): ActionContext;
  /** The store that a caller chose. @throws InputError for anything that is neither a file nor a store. */
  storeOf(name: string, place: string | StateStore): StateStore;
  /** Key under which something about this org is stored. */
  stateKeyOf(key: string): string;
  budget(): Budget[];
  close(): void;
}

/** What only a process with thousands of sessions chooses. */
export interface ManySessions {
  /** How long an idle socket is kept; for sessions that only read. */
  idleMs?: number | undefined;
  /** See SharedBudgetOptions. */
  unasked?: number;
}

/**
 * Assembles the layers. Nothing is sent.
 * @param program named in the User-Agent, after the host's own entry.
 * @throws InputError for a connection or options that cannot work.
 */
export function openSession(
  given: Connection,
  options: ConnectOptions,
  program: string,
  { idleMs, unasked }: ManySessions = {},
): Session {
  const connection = parseConnection(given);
  const { orgUrl, auth } = connection;
  const { host } = new URL(orgUrl);
  const credential = credentialMark(connection);
  const clock = options.clock ?? systemClock;
  const progress = options.progress ?? (() => {});
  const notice = options.notice ?? progress;
  const concurrency = atLeastOne(options.concurrency ?? 10);
  const rateLimitShare = shareOf(options.rateLimitShare ?? 0.8);
  const maxRetries = retriesOf(options.maxRetries ?? 3);
  const maxWaitMs = durationOf('maxWaitMs', options.maxWaitMs ?? 65_000, { none: true });
  const attemptTimeoutMs = durationOf('attemptTimeoutMs', options.attemptTimeoutMs ?? 30_000);
  const deadlineMs = durationOf('deadlineMs', options.deadlineMs ?? 150_000);
  const storeOf = (name: string, place: string | StateStore) => openStore(name, place, clock);
  const shared =
    options.budget === undefined
      ? undefined
      : { store: storeOf('budget', options.budget), host, credential, notice, unasked };

  const userAgent = [options.userAgent, program, runtime()].filter(Boolean).join(' ');
  const http = httpClient({ orgUrl, userAgent, attemptTimeoutMs, transport: options.transport, idleMs });
  const { requestLog: write, logPersonalData: personalData = false } = options;
  const send = write ? requestLog(http, { clock, write, personalData }) : http;

  const seed = auth.type === 'authorization_code' ? auth.tokens : undefined;
  const tokenStore =
    typeof options.tokens === 'string' ? fileTokenStore(options.tokens, seed) : options.tokens;
  const retry = { clock, maxRetries, maxWaitMs };
  const { authorizer, source } = authOf(connection, { send, clock, tokenStore, notice, retry });
  const layers = { ...retry, progress, rateLimitShare, concurrency, deadlineMs, shared };
  const api = pipeline(send, authorizer, layers);
  const contextFor = contextFactory({
    ...{ orgUrl, credential, send: api, clock, progress, notice },
    ...{
      unsigned: unsignedPipeline(send, { ...retry, deadlineMs }),
      random: options.random ?? randomBytes,
    },
  });
  return {
    ...{ connection, credential, clock, notice, concurrency, send, source, contextFor, storeOf },
    reading: (scopes, run = {}) =>
      contextFor({ idempotent: true, writes: false, scopes, signal: run.signal, progress: run.progress }),
    stateKeyOf: (key) => `${key}@${host}`,
    budget: api.budget,
    close: () => http.close(),
  };
}

function openStore(name: string, place: string | StateStore, clock: Clock): StateStore {
  if (typeof place === 'string' && place !== '') return fileStateStore(place, clock.now);
  // JavaScript callers get no compile-time check.
  if (typeof place === 'object' && place !== null) return place;
  throw new InputError(`${name} must be the name of a file, or a store`, {
    hint: `For example { ${name}: '${name}.json' }.`,
  });
}
