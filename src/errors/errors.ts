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
  | 'already_exists'
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
  | 'sync_held'
  | 'sign_in_refused'
  | 'target_refused'
  | 'target_unavailable'
  | 'internal_error';

/**
 * Who can fix it: the caller (input), an Okta administrator (role, scope, settings), Okta and the network (time), or the
 * system that a directory is synchronised to.
 */
export type ErrorActor = 'caller' | 'admin' | 'okta' | 'target';

/** The request, without any value that could be personal or secret. */
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
  /** Single reasons, as Okta lists them in `errorCauses`; a long list is cut, with its length. */
  causes?: readonly string[];
  request?: RequestSummary;
  /** An earlier attempt of the same call may have been executed. */
  mayHaveHappened?: boolean;
  /** Steps of the same run that were done before, in order: repeating the run does them again. */
  done?: readonly string[];
  /** Secret values to mask in every text of the error. */
  secrets?: Iterable<string>;
  /** The error that led to this one. Only an OktaError is kept: any other may hold headers or a body. */
  cause?: unknown;
}

/** Upper limits of an error's contents: 50 causes; characters of each cause, and of a code or id. */
const [MAX_CAUSES, MAX_CAUSE, MAX_ID] = [50, 1_000, 200];

/** Line breaks, control characters and bidirectional overrides: texts of others must not forge lines of a log. */
const CONTROLS = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu;

/** Marks errors of this package, also those of another copy of it in the same process. */
const BRAND = Symbol.for('okta-connector.OktaError');

/**
 * Base of every error this package throws. Safe to log by construction: credentials in texts are masked, each text is one
 * line, long ones are cut (message and hint at 4,000 characters), and headers, bodies and the HTTP library's own error are dropped. Tell
 * errors apart by `code`, and recognise an OktaError by {@link isOktaError}, not instanceof: two copies of the package
 * have two classes.
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
  readonly done: readonly string[];

  constructor(message: string, options: OktaErrorOptions) {
    const masked = redactor(options.secrets);
    const clean = (text: string, max?: number) => masked(text, max).replace(CONTROLS, ' ');
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
    this.done = options.done ?? [];
  }

  get [BRAND](): true {
    return true;
  }

  /**
   * A copy of the same class with some members changed; everything else is kept, including `cause` and members a subclass adds.
   * @param changes members to replace; an undefined value clears the member.
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
      done: this.done.length > 0 ? this.done : undefined,
      request: this.request,
    };
  }
}

/** The caller's input cannot work; nothing was sent. */
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

/** True when the caller's input, connection or a name it gave cannot work. Nothing was sent. */
export const isInputError = (error: unknown): error is InputError =>
  hasCode(error, ['invalid_input', 'invalid_connection', 'unknown_operation']);

/** True when Okta cannot have seen the request. */
export const neverSent = (error: unknown): boolean =>
  hasCode(error, ['network_error']) && (error as NetworkError).sent === false;

/** Refusals for a missing scope or permission. */
export const FORBIDDEN: readonly ErrorCode[] = ['insufficient_scope', 'permission_denied'];

/** True when the connection lacks permission: callers for whom the result is optional may continue. */
export const isForbidden = (error: unknown): boolean => hasCode(error, FORBIDDEN);
