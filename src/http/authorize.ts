import { neverSent } from '../errors/errors.ts';
import type { HttpRequest, HttpResponse, Send } from './types.ts';

/** Adds the credential to requests. One per connection. */
export interface Authorizer {
  /** Headers for this one request: a DPoP proof is single-use. */
  headers(request: HttpRequest): Promise<Record<string, string>>;
  /**
   * Reports that Okta refused the credential of these headers.
   * @returns true when new headers will carry another credential.
   */
  refused(headers: Record<string, string>, response: HttpResponse): Promise<boolean>;
}

/** A 401 for a missing feature says nothing about the credential. */
const aboutFeature = (response: HttpResponse) =>
  (response.json as { errorCode?: unknown } | null | undefined)?.errorCode === 'E0000015';

/** True when the DPoP proof was refused, not the token: a nonce is required, or the time is off. */
export const aboutProof = (response: HttpResponse): boolean =>
  /error="(use_dpop_nonce|invalid_dpop_proof)"/.test(response.headers['www-authenticate'] ?? '');

/** Keeps track of whether Okta may have executed the request. */
async function traced(next: Send, request: HttpRequest): Promise<HttpResponse> {
  const { trace } = request;
  if (request.sending) {
    await request.sending();
    request.signal?.throwIfAborted();
  }
  if (!trace) return next(request);
  trace.inDoubt = true;
  try {
    const response = await next(request);
    trace.inDoubt = response.status >= 500;
    return response;
  } catch (error) {
    if (neverSent(error)) trace.inDoubt = false;
    throw error;
  } finally {
    if (trace.inDoubt) trace.doubts += 1;
  }
}

/**
 * Signs each attempt afresh. Owns 401 (one renewal, one repeat) and refused DPoP proofs (one repeat). Repeating is safe
 * for any method: Okta refused the request before it did anything.
 */
export function authorize(next: Send, authorizer: Authorizer): Send {
  return async (request) => {
    const attempt = async () => {
      const signed = await authorizer.headers(request);
      const response = await traced(next, { ...request, headers: { ...request.headers, ...signed } });
      const refused = aboutProof(response) || (response.status === 401 && !aboutFeature(response));
      return { response, repeat: refused && (() => authorizer.refused(signed, response)) };
    };
    const first = await attempt();
    if (!first.repeat || !(await first.repeat())) return first.response;
    return (await attempt()).response;
  };
}
