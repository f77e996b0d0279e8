import type { JsonList } from './json-list.ts';

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** State of a call across its attempts; shared by all layers. */
export interface Trace {
  /** An attempt is in flight, or ended without revealing whether Okta executed it. */
  inDoubt: boolean;
  /** Number of attempts with an unknown outcome. */
  doubts: number;
  /** Local time in milliseconds until which the call waits for a place in its bucket. */
  waitsUntil?: number;
}

/** Why a wait, and how long. */
export interface Wait {
  /** Local time in milliseconds. */
  until: number;
  for: 'rate_limit' | 'next_try';
}

/** Receives short progress texts; `wait` says when work continues, where known. */
export type Progress = (message: string, wait?: Wait) => void;

/** One call to the org, before authentication. Paths are relative to the org URL. */
export interface HttpRequest {
  method: Method;
  /** Path and query as sent, percent-encoded, beginning with `/`. */
  path: string;
  /** The path with its placeholders, for logs and errors: `/api/v1/users/{userId}`. */
  template: string;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as `application/x-www-form-urlencoded` (token endpoint). */
  form?: URLSearchParams;
  /** Sent as it is, with the content type of the headers. */
  text?: string;
  /** True when executing it twice has the same effect as once: only then is it repeated after an unknown outcome. */
  idempotent: boolean;
  /** Scopes of the operation, named in errors. */
  scopes?: readonly string[];
  /** The answer is a list whose elements are consumed one by one. */
  elementwise?: boolean;
  signal?: AbortSignal;
  /** Progress of this call, where it differs from the connection's. */
  progress?: Progress;
  /** Called before each attempt is sent, after all waiting; the attempt is sent once this resolves. */
  sending?: () => Promise<void>;
  /** Created by the deadline layer. */
  trace?: Trace;
}

/** An answer, whatever its status. Header names are lower case; repeated headers are joined with `, `. */
export interface HttpResponse {
  status: number;
  headers: Record<string, string | undefined>;
  /** The body as text; empty for 204. */
  text: string;
  /** The parsed body, if it is JSON. */
  json: unknown;
  /**
   * The elements of a long list, parsed as they are consumed, once; undefined for any other body. Text and parsed body are
   * not available after that.
   */
  list?: JsonList;
}

/** A layer wraps the next handler and returns one of the same shape. */
export type Send = (request: HttpRequest) => Promise<HttpResponse>;

/** One request as sent, complete with its credential. */
export interface TransportRequest {
  method: Method;
  /** Absolute. */
  url: string;
  headers: Record<string, string>;
  /** As sent; an empty one still needs a Content-Length. */
  body: string | undefined;
  signal: AbortSignal;
}

/** What came back, whatever its status. Header names are lower case. */
export interface TransportResponse {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  /** False when the answer is known to have come without TLS. */
  encrypted?: boolean;
}

/**
 * Sends one request; injectable for hosts that require their own client. Follows no redirect, repeats nothing and throws
 * only without a complete answer; the error's `code` is Node's (ECONNREFUSED, ENOTFOUND and others).
 */
export type Transport = (request: TransportRequest) => Promise<TransportResponse>;

/** Time, injectable: some hosts forbid timers, and tests control it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
