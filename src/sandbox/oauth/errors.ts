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

/** An error that the System Log calls by a name of its own, which tells more than the code of the answer. */
export class NamedRefusal extends Refusal {
  readonly reason: string;

  constructor(reason: string, status: number, error: string, error_description: string) {
    super(status, { error, error_description });
    this.reason = reason;
  }
}

/** What the System Log gives as the reason of a refused request. */
export function reasonOf(refusal: Refusal): string {
  return refusal instanceof NamedRefusal ? refusal.reason : (refusal.body as { error: string }).error;
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
