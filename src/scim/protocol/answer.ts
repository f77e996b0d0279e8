import { isOktaError } from '../../errors/errors.ts';
import { ScimError } from '../error.ts';
import { type ScimLogEntry, shownError } from './log.ts';

/** What a request is answered with. */
export interface ScimAnswer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

/** What Okta's admin sees; the cause of a failure of this server is for its log. */
export function refusalOf(error: unknown, log: Partial<ScimLogEntry>): ScimError {
  if (error instanceof ScimError) {
    if (error.scimType) log.scimType = error.scimType;
    if (error.cause) log.error = shownError(error.cause);
    return error;
  }
  log.error = shownError(error);
  if (isOktaError(error) && error.retryable) {
    return new ScimError(503, 'The server cannot use its storage now; try again', {
      headers: { 'Retry-After': '30' },
    });
  }
  return new ScimError(500, 'The server failed; its log says why. Nothing may have been changed: try again');
}

/** The answer as JSON. */
export function responseOf({ status, body, headers }: ScimAnswer): Response {
  if (body === undefined) return new Response(null, { status, headers });
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/scim+json; charset=utf-8', ...headers },
  });
}

/** If-None-Match: one of these is the version. */
export const isUnchanged = (header: string | null, version: string): boolean =>
  header?.split(',').some((tag) => ['*', version].includes(tag.trim())) ?? false;
