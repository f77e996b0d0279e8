import type { TokenStore } from '../auth/token-source.ts';
import type { RequestLogEntry } from '../http/request-log.ts';
import type { Clock, Progress, Transport } from '../http/types.ts';
import type { StateStore } from '../state/store.ts';

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
  /**
   * Where the tokens of a sign-in or a service app are kept, one connection each: a file, or a store of the host. In memory when
   * left out.
   */
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

export interface FieldsOptions {
  /** Key of the resource. Default `user`. */
  resource?: string;
  /** Those of all kinds. Default false. */
  allKinds?: boolean;
}
