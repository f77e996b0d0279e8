import { Refusal } from '../errors.ts';

/** An error in the format of the OAuth endpoints. */
export function oauthError(
  status: number,
  error: string,
  error_description: string,
  headers?: Record<string, string>,
): Refusal {
  return new Refusal(status, { error, error_description }, headers);
}

export function invalidClient(description: string): Refusal {
  return oauthError(401, 'invalid_client', description);
}

export function invalidGrant(description: string): Refusal {
  return oauthError(400, 'invalid_grant', description);
}

export function invalidRequest(description: string): Refusal {
  return oauthError(400, 'invalid_request', description);
}

export function invalidScope(description: string): Refusal {
  return oauthError(400, 'invalid_scope', description);
}
