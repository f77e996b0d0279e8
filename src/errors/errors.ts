import { redactor } from './redact.ts';

/** Stable identifiers of what went wrong. Texts may change between versions, codes do not. */
export type ErrorCode =
  | 'invalid_input'
  | 'invalid_connection'
  | 'unknown_operation'
  | 'authentication_failed'
  | 'insufficient_scope'
  | 'permission_denied'
  | 'not_found'
  | 'validation_failed'
  | 'wrong_state'
  | 'conflict'
  | 'precondition_failed'
  | 'feature_unavailable'
  | 'not_supported'
  | 'rate_limited'
  | 'okta_unavailable'
  | 'network_error'
  | 'outcome_unknown'
  | 'timeout'
  | 'aborted'
  | 'unexpected_response'
  | 'redirect_refused'
  | 'next_link_refused'
  | 'state_locked'
  | 'rows_failed'
  | 'internal_error';

/** Who can mend it: the caller (input), an Okta administrator (role, scope, settings) or Okta and the network (time). */
export type ErrorActor = 'caller' | 'admin' | 'okta';

/** What was asked, without any value that could be personal or secret. */
export interface RequestSummary {
  method: string;
  pathTemplate: string;
}

export interface OktaErrorOptions {
  code: ErrorCode;
  actor: ErrorActor;
  /** What to do next, in one sentence. */
  hint?: string;
  /** HTTP status of Okta's answer; absent when no answer came. */
  status?: number;
  /** Okta's `errorCode` (E0000001) or OAuth's `error` (invalid_client). */
  oktaCode?: string;
  /** Okta's `errorId`, or the request id: what Okta support asks for. */
  oktaErrorId?: string;
  /** True when the same call may succeed later without a change. */
  retryable?: boolean;
  /** Milliseconds to wait before the next try, where known. */
  retryAfterMs?: number;
  /** Single reasons, as Okta lists them in `errorCauses`; of many, the first and their number are kept. */
  causes?: readonly string[];
  request?: RequestSummary;
  /** An earlier attempt of the same call may have been executed. */
  mayHaveHappened?: boolean;
  /** Values to scrub from every text of the error. */
  secrets?: Iterable<string>;
  /** The error that led to this one. Only an OktaError is kept: any other may hold headers or a body. */
  cause?: unknown;
}

/** What an error holds at most: 50 causes, and so many characters of each and of a code or id. */
const [MAX_CAUSES, MAX_CAUSE, MAX_ID] = [50, 1_000, 200];

/** Marks errors of this package, also those of another copy of it in the same process. */
const BRAND = Symbol.for('okta-connector.OktaError');

/**
 * Base of every error this package throws. Safe to log by construction: texts are scrubbed of credentials and cut where
 * they are long (message and hint 4,000 characters), and neither headers, bodies nor the error of the HTTP library are
 * kept. Tell errors apart by `code`, and an OktaError from others by {@link isOktaError}: two copies of the package have
 * two classes.
 */
export class OktaError extends Error {
  override readonly name: string = 'OktaError';
  readonly code: ErrorCode;
  readonly actor: ErrorActor;
  readonly hint: string | undefined;
  readonly status: number | undefined;
  readonly oktaCode: string | undefined;
  readonly oktaErrorId: string | undefined;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly causes: readonly string[];
  readonly request: RequestSummary | undefined;
  readonly mayHaveHappened: boolean;

  constructor(message: string, options: OktaErrorOptions) {
    const clean = redactor(options.secrets);
    super(clean(message), isOktaError(options.cause) ? { cause: options.cause } : undefined);
    this.code = options.code;
    this.actor = options.actor;
    this.hint = options.hint && clean(options.hint);
    this.status = options.status;
    this.oktaCode = options.oktaCode && clean(options.oktaCode, MAX_ID);
    this.oktaErrorId = options.oktaErrorId && clean(options.oktaErrorId, MAX_ID);
    this.retryable = options.retryable ?? false;
    this.retryAfterMs = options.retryAfterMs;
    const { causes = [] } = options;
    const first = causes.length > MAX_CAUSES ? causes.slice(0, MAX_CAUSES - 1) : causes;
    const more = causes.length - first.length;
    this.causes = [
      ...first.map((cause) => clean(cause, MAX_CAUSE)),
      ...(more > 0 ? [`and ${more} more`] : []),
    ];
    this.request = options.request;
    this.mayHaveHappened = options.mayHaveHappened ?? false;
  }

  get [BRAND](): true {
    return true;
  }

  /**
   * A copy of the same class with some members changed; everything else survives, also what a class adds and `cause`.
   * @param changes members to replace; one that is given as undefined is cleared.
   */
  with({ message = this.message, ...changes }: Partial<OktaErrorOptions> & { message?: string }): this {
    const Class = this.constructor as new (message: string, options: OktaErrorOptions) => this;
    return new Class(message, { ...this, cause: this.cause, ...changes });
  }

  /** The error as plain data, without `cause`: what the command line prints and hosts receive. */
  toJSON(): Record<string, unknown> {
    const { name, message, code, actor, hint, status, oktaCode, oktaErrorId, retryable, retryAfterMs } = this;
    return {
      ...{ name, message, code, actor, hint, status, oktaCode, oktaErrorId, retryable, retryAfterMs },
      causes: this.causes.length > 0 ? this.causes : undefined,
      request: this.request,
    };
  }
}

/** The caller gave something that cannot work; nothing was sent. */
export class InputError extends OktaError {
  override readonly name = 'InputError';
  constructor(message: string, options: Partial<OktaErrorOptions> = {}) {
    super(message, { code: 'invalid_input', actor: 'caller', ...options });
  }
}

/** Okta does not accept the credential: it must be replaced, repaired or re-granted before anything works. */
export class AuthenticationError extends OktaError {
  override readonly name = 'AuthenticationError';
  constructor(message: string, options: Partial<OktaErrorOptions> = {}) {
    super(message, { code: 'authentication_failed', actor: 'admin', ...options });
  }
}

/** Okta's rate limit is used up and the wait is longer than this call may take: reschedule after `retryAfterMs`. */
export class RateLimitError extends OktaError {
  override readonly name = 'RateLimitError';
  constructor(message: string, options: Partial<OktaErrorOptions> & { retryAfterMs: number }) {
    super(message, { code: 'rate_limited', actor: 'okta', retryable: true, ...options });
  }
}

/** No usable answer came. `sent: false` means that Okta cannot have seen the request. */
export class NetworkError extends OktaError {
  override readonly name = 'NetworkError';
  readonly sent: boolean;
  constructor(message: string, options: Partial<OktaErrorOptions> & { sent: boolean }) {
    super(message, { code: 'network_error', actor: 'okta', retryable: true, ...options });
    this.sent = options.sent;
  }
}

/** True for every error of this package, also of another copy of it. */
export const isOktaError = (error: unknown): error is OktaError =>
  typeof error === 'object' && error !== null && BRAND in error;

const hasCode = (error: unknown, codes: readonly ErrorCode[]): error is OktaError =>
  isOktaError(error) && codes.includes(error.code);

/** True for what the caller gave and cannot work: an input, a connection, a name. Nothing was sent. */
export const isInputError = (error: unknown): error is InputError =>
  hasCode(error, ['invalid_input', 'invalid_connection', 'unknown_operation']);

/** True when Okta cannot have seen the request. */
export const neverSent = (error: unknown): boolean =>
  hasCode(error, ['network_error']) && (error as NetworkError).sent === false;

/** What Okta refuses for want of a scope or a right. */
export const FORBIDDEN: readonly ErrorCode[] = ['insufficient_scope', 'permission_denied'];

/** True when the connection may not do this: whoever can do without goes on. */
export const isForbidden = (error: unknown): boolean => hasCode(error, FORBIDDEN);
