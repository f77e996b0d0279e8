import type { TokenStore } from '../auth/token-source.ts';
import type { RequestLogEntry } from '../http/request-log.ts';
import type { Clock, Progress, Transport } from '../http/types.ts';
import type { StateStore } from '../state/store.ts';

/** How a client behaves; every member has a default. Times are milliseconds. */
export interface ConnectOptions {
  /** Share of each rate-limit bucket to use at most, 0 to 1. Default 0.8. */
  rateLimitShare?: number;
  /** Concurrent requests. Default 10. */
  concurrency?: number;
  /**
   * Where several processes share the rate-limit budget: a file on this machine, or a store such as Redis across machines.
   * Those with the same credential together then stay within `rateLimitShare`; other credentials are counted separately.
   * Default: no sharing.
   */
  budget?: string | StateStore;
  /** Retries after the first attempt, where repeating is safe. Default 3. */
  maxRetries?: number;
  /** Longest wait for a rate limit; a longer one is a RateLimitError with retryAfterMs. Default 65,000. */
  maxWaitMs?: number;
  /** One attempt, first byte to last. Default 30,000. */
  attemptTimeoutMs?: number;
  /** One call with all its waits and repeats. Default 150,000. */
  deadlineMs?: number;
  /** Receives one entry per request sent. */
  requestLog?: (entry: RequestLogEntry) => void;
  /** Lets the request log contain real paths, with ids, logins and search expressions. Default false. */
  logPersonalData?: boolean;
  /** Receives short progress texts. */
  progress?: Progress;
  /** Receives messages worth recording: a trigger that started over or waits for Okta. Default: the progress function. */
  notice?: Progress;
  /**
   * Where the tokens of a sign-in or a service app are kept, one connection each: a file, or a store of the host. In memory when
   * left out.
   */
  tokens?: string | TokenStore;
  /** Named in the User-Agent, for example "n8n-nodes-okta-connector/1.0.0". */
  userAgent?: string;
  clock?: Clock;
  /** Gives bytes that nobody can guess. Default: those of node:crypto; anything else is for tests. */
  random?: (bytes: number) => Uint8Array;
  /** Sends requests through the host's own client. Default: axios. */
  transport?: Transport;
}

export interface RunOptions {
  signal?: AbortSignal;
  /** For this run, instead of the client's. */
  progress?: Progress;
}

export interface FieldsOptions {
  /** Key of the resource. Default `user`. */
  resource?: string;
  /** Include the attributes of all kinds. Default false. */
  allKinds?: boolean;
}
