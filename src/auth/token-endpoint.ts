import * as oauth from 'oauth4webapi';
import { deadline } from '../http/deadline.ts';
import { unexpectedAnswer } from '../http/from-response.ts';
import { type RetryOptions, retry } from '../http/retry.ts';
import type { Clock, HttpRequest, HttpResponse, Send } from '../http/types.ts';
import type { Prover } from './dpop.ts';
import type { OktaTime } from './okta-time.ts';
import { isLoopback } from './org-url.ts';
import type { Tokens } from './token-source.ts';

/** What every grant needs. */
export interface TokenEndpoint {
  orgUrl: string;
  /** The plain client: token requests are neither signed nor subject to the API's rate gate. */
  send: Send;
  retry: RetryOptions;
  clock: Clock;
}

const DAY_S = 24 * 3_600;

type GrantOptions = oauth.TokenEndpointRequestOptions;

/** One grant: builds the request (afresh per attempt: assertions and proofs are single-use) and reads its answer. */
interface Grant {
  client: oauth.Client;
  request(as: oauth.AuthorizationServer, options: GrantOptions): Promise<Response>;
  read(as: oauth.AuthorizationServer, response: Response): Promise<oauth.TokenEndpointResponse>;
  /** False where the request spends something that works only once (an authorization code). */
  idempotent: boolean;
  prover?: Prover;
  /** Set where the request contains an assertion, which Okta checks against its own clock. */
  time?: OktaTime;
}

/** okta.* scopes come only from the org authorization server, never from a custom one. */
export function orgAuthorizationServer(orgUrl: string): oauth.AuthorizationServer {
  return {
    issuer: orgUrl,
    authorization_endpoint: `${orgUrl}/oauth2/v1/authorize`,
    token_endpoint: `${orgUrl}/oauth2/v1/token`,
  };
}

/** Errors that a new nonce or a corrected time may resolve, in the proof or in the client assertion. */
const MENDABLE = ['use_dpop_nonce', 'invalid_dpop_proof', 'invalid_client'];

/** One for the time and one for the nonce: Okta checks the time of a proof before its nonce. */
const MAX_REPEATS = 2;

/**
 * Limit of one attempt. After rotation the old refresh token works for another 30 seconds by default: a lost answer must
 * leave time for the next attempt within them.
 */
const ATTEMPT_MS = 10_000;

const errorOf = ({ json }: HttpResponse) => String((json as { error?: unknown } | null | undefined)?.error);

/**
 * Runs a grant against the org authorization server. When Okta demands a DPoP nonce or the local clock proves wrong,
 * repeats with a new assertion and proof, as long as each answer brings a new nonce or time.
 * @throws AuthenticationError with Okta's own description when the client, grant or scope is refused.
 * @see https://developer.okta.com/docs/api/openapi/okta-oauth/oauth/tag/OrgAS/
 */
export async function runGrant(endpoint: TokenEndpoint, grant: Grant): Promise<Tokens> {
  const as = orgAuthorizationServer(endpoint.orgUrl);
  const { prover, time } = grant;
  const send = deadline(endpoint.send, ATTEMPT_MS);
  // Without a proof only the time of the assertion can be corrected.
  const mendable = prover ? MENDABLE : ['invalid_client'];

  const once: Send = async (request) => {
    let answer: HttpResponse | undefined;
    await grant.request(as, {
      [oauth.allowInsecureRequests]: isLoopback(endpoint.orgUrl),
      [oauth.customFetch]: async (url: string, init: oauth.CustomFetchOptions<'POST', URLSearchParams>) => {
        const proof = prover && { DPoP: await prover.proof('POST', url) };
        // Kept on the request: an error must not repeat what Okta echoes of the form.
        request.form = init.body;
        // The library sets its own User-Agent; ours belongs there.
        const { 'user-agent': _, ...headers } = init.headers;
        answer = await send({ ...request, headers: { ...headers, ...proof } });
        return fetchResponse(answer);
      },
    });
    return answer as HttpResponse;
  };
  const withProof: Send = async (request) => {
    for (let repeats = 0; ; repeats += 1) {
      const answer = await once(request);
      const news = prover ? prover.learn(answer, 'token') : time?.learn(answer);
      if (!news || repeats === MAX_REPEATS || !mendable.includes(errorOf(answer))) return answer;
    }
  };

  const request: HttpRequest = {
    method: 'POST',
    path: '/oauth2/v1/token',
    template: '/oauth2/v1/token',
    idempotent: grant.idempotent,
  };
  const answer = await retry(withProof, endpoint.retry)(request);
  const read = await grant.read(as, fetchResponse(answer)).catch((error: Error) => {
    throw unexpectedAnswer(request, answer, [error.message]);
  });
  const issuedAt = endpoint.clock.now();
  return {
    accessToken: read.access_token,
    tokenType: read.token_type === 'dpop' ? 'DPoP' : 'Bearer',
    issuedAt,
    // Okta's tokens live for a day at most, and none is over when it is given.
    expiresAt: issuedAt + Math.min(read.expires_in || 3_600, DAY_S) * 1000,
    scope: read.scope ?? '',
    refreshToken: read.refresh_token,
  };
}

/** An answer as oauth4webapi reads it. */
export function fetchResponse({
  status,
  headers,
  text,
}: Pick<HttpResponse, 'status' | 'headers' | 'text'>): Response {
  return new Response(text === '' ? null : text, {
    status,
    headers: Object.entries(headers) as [string, string][],
  });
}
