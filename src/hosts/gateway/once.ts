import { isInputError, isOktaError } from '../../errors/errors.ts';
import { errorAnswer } from './errors.ts';
import type { KeptAnswer, KeptAnswers, MarkedWrite } from './idempotency.ts';

/** The requests that an action may send, as the manifest has them. */
type Sending = { calls: readonly { method: string }[] };

/**
 * Runs a write once for its Idempotency-Key.
 * @returns its answer, and whether it is the one of an earlier request.
 * @throws GatewayError as `begin`; whatever the work throws.
 */
export async function onceOnly(
  answers: KeptAnswers,
  write: MarkedWrite,
  action: Sending,
  work: () => Promise<unknown>,
): Promise<KeptAnswer & { replayed: boolean }> {
  const turn = answers.begin(write);
  if ('kept' in turn) return { ...turn.kept, replayed: true };
  try {
    const answer = { status: 200, body: await work() };
    turn.keep(answer);
    return { ...answer, replayed: false };
  } catch (error) {
    if (isUnclear(error)) turn.leave();
    else if (write.repeatable || isUndone(error, action)) turn.release();
    else turn.keep(errorAnswer(error, true));
    throw error;
  }
}

/** Nobody knows what happened. */
const isUnclear = (error: unknown): boolean =>
  !isOktaError(error) ||
  error.code === 'outcome_unknown' ||
  error.code === 'aborted' ||
  error.mayHaveHappened;

/** Nothing happened, and it may work later. What sends several writes may have done some of them. */
export function isUndone(error: unknown, { calls }: Sending): boolean {
  if (isInputError(error)) return true;
  if (!isOktaError(error) || calls.filter(({ method }) => method !== 'GET').length > 1) return false;
  return error.retryable || error.actor === 'admin';
}
