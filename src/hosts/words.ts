import { isOktaError, type OktaError } from '../errors/errors.ts';
import { inSentences } from '../errors/sentences.ts';
import { unsaidCauses } from '../errors/unsaid-causes.ts';
import { hintOf } from './errors.ts';

/**
 * An error in plain words, for services that show one text: what happened, why, and what to do. It contains no secret.
 * @param error anything that was thrown.
 */
export function errorInWords(error: unknown): string {
  if (!isOktaError(error)) return error instanceof Error ? error.message : String(error);
  return inSentences(error.message, ...unsaidCauses(error), hintOf(error), waitOf(error));
}

function waitOf({ code, retryAfterMs }: OktaError): string | undefined {
  if (code !== 'rate_limited' || retryAfterMs === undefined) return undefined;
  return `Okta's rate limit is used up: try again in ${Math.ceil(retryAfterMs / 1000)} s`;
}

/** Runs what a service shows the outcome of. @throws Error whose message is the whole of it in words, with the stable `code`. */
export async function tellingErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isOktaError(error) ? Object.assign(new Error(errorInWords(error)), { code: error.code }) : error;
  }
}
