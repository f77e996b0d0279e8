import type { JsonList } from './json-list.ts';

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What is known of a call while it goes through its attempts; shared by all layers. */
export interface Trace {
  /** An attempt is on its way, or ended without telling whether Okta executed it. */
  inDoubt: boolean;
  /** Attempts that ended in doubt. */
  doubts: number;
  /** Until when the call waits for a place in its bucket; local time in milliseconds. */
  waitsUntil?: number;
}

/** Why a wait, and how long. */
export interface Wait {
  /** Local time in milliseconds. */
  until: number;
  for: 'rate_limit' | 'next_try';
}

/** Gets short texts while something takes long; with `wait` where it is known when it goes on. */
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
  /** True when doing it twice is the same as doing it once: only then is it repeated after an unclear outcome. */
  idempotent: boolean;
  /** Scopes of the operation, named in errors. */
  scopes?: readonly string[];
  /** The answer is a list whose elements are taken one by one. */
  elementwise?: boolean;
  signal?: AbortSignal;
  /** Who waits for this call, where that is not everybody on the connection. */
  progress?: Progress;
  /** Called before each attempt goes out, after all waiting; the attempt goes out when this has ended. */
  sending?: () => Promise<void>;
  /** Made by the deadline layer. */
  trace?: Trace;
}

/** An answer, whatever its status. Header names are lower case; repeated headers are joined with `, `. */
export interface HttpResponse {
  status: number;
  headers: Record<string, string | undefined>;
  /** The body as text; empty for 204. */
  text: string;
  /** The parsed body, where it is JSON. */
  json: unknown;
  /**
   * The elements of a long list, parsed as they are taken, once; undefined where the body is something else.
   * Text and parsed body are gone then.
   */
  list?: JsonList;
}

/** A layer takes the next one and returns the same shape. */
export type Send = (request: HttpRequest) => Promise<HttpResponse>;

/** One request as it goes on the wire, complete with its credential. */
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
  /** False where it is known that the answer came without TLS. */
  encrypted?: boolean;
}

/**
 * Sends one request, injectable: hosts want their own client to be used. It follows no redirect, repeats nothing and
 * throws only when no complete answer came; the error's `code` is Node's (ECONNREFUSED, ENOTFOUND and others).
 */
export type Transport = (request: TransportRequest) => Promise<TransportResponse>;

/** Time, injectable: hosts forbid timers of their own, tests move it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
