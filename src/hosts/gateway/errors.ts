import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { type ErrorCode, isOktaError, type OktaError } from '../../errors/errors.ts';
import { redact } from '../../errors/redact.ts';
import { plainError } from '../errors.ts';

/**
 * The status of each code. What may be sent again as it is answers 429, 502, 503 or 504, because many tools repeat such a request
 * by themselves; whatever must not be repeated answers another one. 500 means nothing to anybody, so it is never sent.
 */
const STATUS: Record<ErrorCode, ContentfulStatusCode> = {
  invalid_input: 400,
  invalid_connection: 503,
  unknown_operation: 404,
  authentication_failed: 502,
  insufficient_scope: 403,
  permission_denied: 403,
  not_found: 404,
  validation_failed: 400,
  wrong_state: 409,
  already_exists: 409,
  conflict: 409,
  precondition_failed: 412,
  feature_unavailable: 422,
  not_supported: 422,
  rate_limited: 429,
  okta_unavailable: 503,
  network_error: 502,
  outcome_unknown: 409,
  timeout: 504,
  aborted: 503,
  unexpected_response: 502,
  redirect_refused: 502,
  next_link_refused: 502,
  state_locked: 503,
  rows_failed: 422,
  sync_held: 409,
  sign_in_refused: 422,
  target_refused: 422,
  target_unavailable: 502,
  internal_error: 502,
};

/** Codes of the gateway itself, beside those of the connector. */
export type GatewayCode =
  | 'key_required'
  | 'not_allowed'
  | 'confirmation_required'
  | 'too_many_requests'
  | 'idempotency_key_reused'
  | 'in_progress'
  | 'outcome_unknown'
  | 'invalid_request'
  | 'unknown_path'
  | 'method_not_allowed'
  | 'too_large'
  | 'unsupported_media_type'
  | 'conflict'
  | 'not_found'
  | 'stopping';

/** A refusal of the gateway itself: nothing was sent to Okta. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly status: ContentfulStatusCode;
  readonly code: GatewayCode;
  readonly hint: string | undefined;
  readonly retryable: boolean;
  readonly headers: Record<string, string>;

  /** @param options.hint what to do about it, in one sentence. */
  constructor(
    status: ContentfulStatusCode,
    code: GatewayCode,
    message: string,
    options: { hint?: string; retryable?: boolean; headers?: Record<string, string> } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.hint = options.hint;
    this.retryable = options.retryable ?? false;
    this.headers = options.headers ?? {};
  }
}

/** An error as the gateway answers it. */
export interface ErrorAnswer {
  status: ContentfulStatusCode;
  code: string;
  headers: Record<string, string>;
  body: { error: Record<string, unknown> };
}

/** Statuses that many tools answer by sending the request again. */
const REPEATED: readonly number[] = [429, 502, 503, 504];

/**
 * The answer for whatever was thrown; an unknown fault is 502.
 * @param isFinal a write must not be sent again: then the status is 409 where it would make tools do that.
 */
export function errorAnswer(error: unknown, isFinal = false): ErrorAnswer {
  const answer = openAnswer(error);
  if (!isFinal || !REPEATED.includes(answer.status)) return answer;
  return { ...answer, status: 409, headers: {}, body: { error: { ...answer.body.error, retryable: false } } };
}

function openAnswer(error: unknown): ErrorAnswer {
  if (error instanceof GatewayError) {
    const { status, code, headers, message, hint, retryable } = error;
    const plain = { name: error.name, message: redact(message), code, actor: 'caller', hint, retryable };
    return { status, code, headers, body: { error: JSON.parse(JSON.stringify(plain)) } };
  }
  if (isOktaError(error)) return oktaAnswer(error);
  const message = 'The gateway failed in a way that it does not know; its standard error tells more';
  const plain = { name: 'Error', message, code: 'internal_error', actor: 'caller', retryable: false };
  return { status: 502, code: 'internal_error', headers: {}, body: { error: plain } };
}

function oktaAnswer(error: OktaError): ErrorAnswer {
  const status = STATUS[error.code] ?? 502;
  const seconds = error.retryAfterMs === undefined ? undefined : Math.ceil(error.retryAfterMs / 1_000);
  const repeats = status === 429 || status === 503;
  return {
    status,
    code: error.code,
    headers: repeats ? { 'Retry-After': String(seconds ?? 5) } : {},
    body: { error: plainError(error) },
  };
}

/** The body for what is no HTTP request that anything could be made of. */
export const unreadableAnswer = (status: number): object =>
  errorAnswer(
    new GatewayError(status as ContentfulStatusCode, 'invalid_request', 'The request cannot be read', {
      hint: 'Check its headers and its length.',
    }),
  ).body;
