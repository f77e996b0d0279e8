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
  /** The plain client: the token endpoint is neither signed nor held back by the API's rate gate. */
  send: Send;
  retry: RetryOptions;
  clock: Clock;
}

const DAY_S = 24 * 3_600;

type GrantOptions = oauth.TokenEndpointRequestOptions;

/** One grant: the request (made anew for each try: assertions and proofs are single-use) and the reader of its answer. */
export interface Grant {
  client: oauth.Client;
  request(as: oauth.AuthorizationServer, options: GrantOptions): Promise<Response>;
  read(as: oauth.AuthorizationServer, response: Response): Promise<oauth.TokenEndpointResponse>;
  /** False where the request spends something that works once (an authorization code). */
  idempotent: boolean;
  prover?: Prover;
  /** Given where the request holds an assertion, which Okta judges by its own clock. */
  time?: OktaTime;
}

/** Scopes beginning with okta. come from the org authorization server only, never from a custom one. */
export function orgAuthorizationServer(orgUrl: string): oauth.AuthorizationServer {
  return {
    issuer: orgUrl,
    authorization_endpoint: `${orgUrl}/oauth2/v1/authorize`,
    token_endpoint: `${orgUrl}/oauth2/v1/token`,
  };
}

/** What another nonce or time can mend: of the proof, or of the client's assertion. */
const MENDABLE = ['use_dpop_nonce', 'invalid_dpop_proof', 'invalid_client'];

/** One for the time and one for the nonce: a proof with a wrong time is refused before its nonce is looked at. */
const MAX_REPEATS = 2;

/**
 * One attempt. Rotation leaves the old refresh token good for 30 seconds unless the org says otherwise: a lost answer
 * must leave room for the next attempt within them.
 */
const ATTEMPT_MS = 10_000;

const errorOf = ({ json }: HttpResponse) => String((json as { error?: unknown } | null | undefined)?.error);

/**
 * Runs a grant against the org authorization server. A demanded DPoP nonce, or the news that this clock is wrong, is
 * answered with a new assertion and a new proof, as long as each answer brings news.
 * @throws AuthenticationError with Okta's own description when the client, grant or scope is refused.
 * @see https://developer.okta.com/docs/api/openapi/okta-oauth/oauth/tag/OrgAS/
 */
export async function runGrant(endpoint: TokenEndpoint, grant: Grant): Promise<Tokens> {
  const as = orgAuthorizationServer(endpoint.orgUrl);
  const { prover, time } = grant;
  const send = deadline(endpoint.send, ATTEMPT_MS);
  // Without a proof there is only the time of the assertion to mend.
  const mendable = prover ? MENDABLE : ['invalid_client'];

  const once: Send = async (request) => {
    let answer: HttpResponse | undefined;
    await grant.request(as, {
      [oauth.allowInsecureRequests]: isLoopback(endpoint.orgUrl),
      [oauth.customFetch]: async (url: string, init: oauth.CustomFetchOptions<'POST', URLSearchParams>) => {
        const proof = prover && { DPoP: await prover.proof('POST', url) };
        // Kept on the request: what Okta echoes of the form must not get into an error.
        request.form = init.body;
        // The library names itself; the client's own name belongs there.
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

function fetchResponse({ status, headers, text }: HttpResponse): Response {
  return new Response(text === '' ? null : text, {
    status,
    headers: Object.entries(headers) as [string, string][],
  });
}
