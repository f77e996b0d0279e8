import { type CodeMeaning, OAUTH_CODES, OKTA_CODES } from '../errors/codes.ts';
import { AuthenticationError, OktaError, type OktaErrorOptions, RateLimitError } from '../errors/errors.ts';
import { secretsIn } from '../errors/redact.ts';
import { rateLimitOf, waitUntilReset } from './rate-headers.ts';
import type { HttpRequest, HttpResponse } from './types.ts';

/** Members of a token request that must not be echoed. */
const FORM_SECRETS = ['client_secret', 'client_assertion', 'refresh_token', 'code', 'code_verifier', 'token'];

const secretsOf = ({ body, form }: HttpRequest): string[] => [
  ...secretsIn(body),
  ...FORM_SECRETS.flatMap((name) => form?.getAll(name) ?? []),
];

/** Looks up a code among own properties only: `constructor` is not a code. */
const meaningOf = (oktaCode: string): CodeMeaning | undefined =>
  [OKTA_CODES, OAUTH_CODES].find((codes) => Object.hasOwn(codes, oktaCode))?.[oktaCode];

interface OktaErrorBody {
  errorCode?: unknown;
  errorSummary?: unknown;
  errorId?: unknown;
  errorCauses?: unknown;
  error?: unknown;
  error_description?: unknown;
}

/** True for Okta's error body; some of its objects have an unrelated member `errorCode`. */
export function isOktaErrorBody(json: unknown): boolean {
  const { errorCode, errorSummary } = (json ?? {}) as OktaErrorBody;
  return typeof errorCode === 'string' && (errorSummary !== undefined || /^E\d{7}$/.test(errorCode));
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** Okta documents an array; one published example has a single object. Both are accepted. */
function causesOf(body: OktaErrorBody): string[] {
  return [body.errorCauses]
    .flat()
    .map((cause) => text((cause as { errorSummary?: unknown } | null | undefined)?.errorSummary))
    .filter((cause) => cause !== undefined);
}

/** Summary and causes as one text: Okta ends some summaries with a full stop, and begins causes with the word before it. */
function sayingOf(summary: string | undefined, causes: string[]): string {
  const [first = '', ...more] = causes.map((cause) => cause.trim());
  if (first === '') return summary ?? '';
  const field = /^[\w.]+(?=: )/.exec(first)?.[0];
  let start = summary?.trim().replace(/[.:;,\s]+$/, '') ?? '';
  if (field !== undefined && start.endsWith(`: ${field}`)) start = start.slice(0, -`: ${field}`.length);
  // Some causes repeat the summary.
  const told = first.replace(/[.\s]+$/, '') === start ? more : [first, ...more];
  return [start, told.filter(Boolean).join('; ')].filter(Boolean).join(': ');
}

/** Parameters of a `WWW-Authenticate` challenge, e.g. `error`, `scope`, `error_description`. */
export function challengeOf(response: HttpResponse): Record<string, string> {
  const header = response.headers['www-authenticate'] ?? '';
  return Object.fromEntries(
    [...header.matchAll(/(?<![a-z_])([a-z_]+)="((?:[^"\\]|\\.)*)"/gi)].map(([, name, value]) => [
      name,
      value,
    ]),
  );
}

const CHECK_BETWEEN = 'Try again; if it happens again, check the proxies between this machine and Okta.';

function meaningOfStatus(status: number): CodeMeaning {
  if (status < 300) return { code: 'unexpected_response', actor: 'okta', hint: CHECK_BETWEEN };
  if (status === 401) return { code: 'authentication_failed', actor: 'admin' };
  if (status === 403) return { code: 'permission_denied', actor: 'admin' };
  if (status === 404 || status === 410) return { code: 'not_found', actor: 'caller' };
  if (status === 408) return { code: 'timeout', actor: 'okta' };
  if (status === 409 || status === 423) return { code: 'conflict', actor: 'caller' };
  if (status === 412) return { code: 'precondition_failed', actor: 'caller' };
  if (status === 501) return { code: 'not_supported', actor: 'caller' };
  if (status >= 500) return { code: 'okta_unavailable', actor: 'okta' };
  return { code: 'validation_failed', actor: 'caller' };
}

/**
 * Turns any answer outside 2xx, and an unusable 2xx, into an error that a caller can act on. Reads Okta's error body,
 * OAuth's error body, the `WWW-Authenticate` header (missing scope, DPoP) and, for 429, the rate-limit headers.
 * @param needs scopes of the operation, named when Okta answers 403 without saying which scope is missing.
 * @see https://developer.okta.com/docs/reference/error-codes/
 */
export function errorFromResponse(request: HttpRequest, response: HttpResponse, now: number): OktaError {
  const { status } = response;
  const body = (
    typeof response.json === 'object' && response.json !== null ? response.json : {}
  ) as OktaErrorBody;
  const challenge = challengeOf(response);
  const oktaCode = text(body.errorCode) ?? text(body.error) ?? text(challenge.error);
  const causes = causesOf(body);
  const general = (oktaCode && meaningOf(oktaCode)) || meaningOfStatus(status);
  const summary =
    text(body.errorSummary) ?? text(body.error_description) ?? text(challenge.error_description);
  // Some answers have no causes; the summary then says it all.
  const said = causes.length > 0 ? causes : [summary ?? ''];
  const [, meaning = general] =
    general.byCause?.find(([pattern]) => said.some((cause) => pattern.test(cause))) ?? [];
  const options: OktaErrorOptions = {
    code: meaning.code,
    actor: meaning.actor,
    hint: meaning.hint,
    status,
    oktaCode,
    oktaErrorId: text(body.errorId) ?? text(response.headers['x-okta-request-id']),
    retryable:
      meaning.refusedForMs !== undefined ||
      status === 408 ||
      (status >= 500 && status !== 501) ||
      meaning.code === 'unexpected_response',
    retryAfterMs: meaning.refusedForMs,
    causes,
    request: { method: request.method, pathTemplate: request.template },
    mayHaveHappened: (request.trace?.doubts ?? 0) > 0,
    secrets: secretsOf(request),
  };
  const saying = sayingOf(summary, causes);
  const oddly = status >= 300 ? '' : `, but with ${oktaCode ? 'an error' : 'a part of the content only'}`;
  const message = `Okta answered ${status} to ${request.method} ${request.template}${oddly}${saying ? `: ${saying}` : ''}`;

  if (status === 429 || oktaCode === 'E0000047') {
    const limits = rateLimitOf(response.headers);
    // A per-user limit arrives as invalid_grant: for a 429, only codes that describe a limit override the status.
    const limit = meaning.code === 'rate_limited' ? meaning : undefined;
    return new RateLimitError(message, {
      ...options,
      code: 'rate_limited',
      actor: 'okta',
      hint: limit?.hint,
      retryable: limit?.actor !== 'admin',
      retryAfterMs: meaning.refusedForMs ?? waitUntilReset(limits, now) ?? 2_000,
    });
  }
  if (status === 304) {
    return new OktaError(`${message}: not modified, so it has no content`, {
      ...options,
      code: 'unexpected_response',
      hint: 'Omit If-None-Match where the content is needed, as for lists.',
    });
  }
  if (status >= 300 && status < 400) return redirected(options, response);
  if (challenge.error === 'insufficient_scope') {
    const missing = challenge.scope ?? request.scopes?.join(' ');
    return new OktaError(
      `The access token has no scope for ${request.method} ${request.template}${missing ? `: ${missing} is missing` : ''}`,
      {
        ...options,
        code: 'insufficient_scope',
        hint: `Grant ${missing ?? 'the scope'} to the app ("Okta API Scopes" in the Admin Console), add it to the connection's scopes, then connect again.`,
      },
    );
  }
  // A missing role has a code, a missing scope a challenge. An address that a network zone blocks gets a bare refusal, or,
  // where it asks for a token, access_denied.
  if (status === 403 && (oktaCode === undefined || oktaCode === 'access_denied'))
    options.hint = BLOCKED_ADDRESS;
  else if (meaning.code === 'permission_denied' && status === 403 && meaning.hint === undefined) {
    const scopes = request.scopes?.length ? ` and the scopes ${request.scopes.join(' ')}` : '';
    options.hint = `Check that the principal of this connection has an admin role for the operation${scopes}.`;
  }
  if (meaning.code === 'authentication_failed') {
    return new AuthenticationError(message, {
      ...options,
      code: 'authentication_failed',
      hint: options.hint ?? 'Check the credentials of the connection, then test it ("okta-connector check").',
    });
  }
  return new OktaError(message, options);
}

/** What to do about a refusal that names neither role nor scope. */
export const BLOCKED_ADDRESS =
  'No role or scope is named, so the address of this machine is probably blocked: let it in under Security > Networks, and where the token or the app is restricted to zones; or a proxy has refused.';

const CHECK_HOST =
  'A proxy, a sign-in page or a wrong org URL may be answering instead of Okta: test the connection ("okta-connector check").';

/** For a 2xx whose body is not the expected JSON. */
export function incompleteJson(request: HttpRequest, response: HttpResponse): OktaError {
  const type = text(response.headers['content-type']?.split(';')[0]) ?? 'no content type';
  return notAnAnswer(request, response, ` with a body that is not complete JSON (${type})`);
}

/**
 * For a 2xx whose JSON, or empty body, is not what the operation needs.
 * @param causes what is wrong with it, without values.
 */
export function unexpectedAnswer(
  request: HttpRequest,
  response: HttpResponse,
  causes: string[],
  hint?: string,
): OktaError {
  const what = `, but the answer is not what this call needs: ${causes.join('; ')}`;
  return notAnAnswer(request, response, what, { causes, hint });
}

function notAnAnswer(
  request: HttpRequest,
  response: HttpResponse,
  what: string,
  { causes, hint = CHECK_HOST }: Pick<OktaErrorOptions, 'causes' | 'hint'> = {},
): OktaError {
  return new OktaError(`Okta answered ${response.status} to ${request.method} ${request.template}${what}`, {
    code: 'unexpected_response',
    actor: 'caller',
    status: response.status,
    oktaErrorId: text(response.headers['x-okta-request-id']),
    hint,
    causes,
    request: { method: request.method, pathTemplate: request.template },
  });
}

function redirected(options: OktaErrorOptions, response: HttpResponse): OktaError {
  const location = response.headers.location;
  const host = location && URL.canParse(location) ? new URL(location).host : undefined;
  return new OktaError(
    `Okta answered with a redirect${host ? ` to ${host}` : ''}, which is not followed so that the credential stays with the org`,
    {
      ...options,
      code: 'redirect_refused',
      actor: 'caller',
      hint: 'Use the exact URL of the org, for example https://acme.okta.com, without -admin and without a path.',
      retryable: false,
    },
  );
}
