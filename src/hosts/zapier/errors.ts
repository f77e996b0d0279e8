import type { ZObject } from 'zapier-platform-core';
import { isOktaError, type OktaError } from '../../errors/errors.ts';
import { inSentences } from '../../errors/sentences.ts';
import { unsaidCauses } from '../../errors/unsaid-causes.ts';
import { hintOf } from '../errors.ts';

/** How long Zapier waits when Okta did not say. */
const DEFAULT_WAIT_S = 60;

/** An error as Zapier acts on it: it waits, asks for the sign-in again, or shows the text. */
export function zapierError(
  z: ZObject,
  error: unknown,
  expired: 'RefreshAuthError' | 'ExpiredAuthError',
): Error {
  if (!isOktaError(error)) return error as Error;
  const text = inSentences(error.message, ...unsaidCauses(error), hintOf(error));
  // Zapier runs the whole again after the wait.
  if (error.code === 'rate_limited' && error.retryable)
    return new z.errors.ThrottledError(text, secondsOf(error));
  // Zapier signs in anew and runs the whole again, also what was done before the sign-in ended.
  if (error.code === 'authentication_failed' && error.done.length === 0) return new z.errors[expired](text);
  return new z.errors.Error(text, error.code, error.status);
}

const secondsOf = ({ retryAfterMs }: OktaError): number =>
  retryAfterMs === undefined ? DEFAULT_WAIT_S : Math.max(1, Math.ceil(retryAfterMs / 1000));
