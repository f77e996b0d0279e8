import { z } from 'zod';
import type { ActionContext } from '../../define.ts';
import { InputError } from '../../errors/errors.ts';
import { FACTORS, factorLabel, factorRef, listedFactor } from './reference.ts';

const POLL_MS = 4_000;
const one = `${FACTORS}/{factorId}`;

const waiting = z.object({
  factorResult: z.string(),
  _links: z.object({ poll: z.object({ href: z.string() }) }),
  _embedded: z.object({ challenge: z.object({ correctAnswer: z.int() }).optional() }).optional(),
});
const answered = z.object({ factorResult: z.string() });

/** A push that waits for its answer. */
interface Push {
  params: { userId: string; factorId: string; transactionId: string };
  /** The number that the user must choose on the phone. */
  correctAnswer: number | undefined;
}

/**
 * The id of the factor that gets a push.
 * @param given an id or type; if omitted, the only active push factor of the user.
 * @throws InputError if the factor is of another type, which would be sent a code, or if the user has several.
 */
export async function pushFactorOf(context: ActionContext, userId: string, given = 'push'): Promise<string> {
  const factorId = await factorRef(context, given, { userId }, ({ status }) => status === 'ACTIVE');
  if (given === 'push') return factorId;
  const call = { method: 'GET', path: one, params: { userId, factorId }, answer: listedFactor } as const;
  const { json } = await context.call(call);
  if (json.factorType === 'push') return factorId;
  throw new InputError(`factorId is not a push factor: ${factorLabel(json)}`, {
    hint: 'Omit it, if the user has one push factor only.',
  });
}

/** Sends a push to the phone of a user. */
export async function sendPush(
  context: ActionContext,
  params: { userId: string; factorId: string },
  useNumberMatchingChallenge: boolean | undefined,
): Promise<Push> {
  const body = useNumberMatchingChallenge === undefined ? undefined : { useNumberMatchingChallenge };
  const call = { method: 'POST', path: `${one}/verify`, params, body, answer: waiting } as const;
  const { _links, _embedded } = (await context.call(call)).json;
  const transactionId = decodeURIComponent(_links.poll.href.split('/').at(-1) ?? '');
  return { params: { ...params, transactionId }, correctAnswer: _embedded?.challenge?.correctAnswer };
}

/**
 * Polls until the user has answered a push.
 * @returns Okta's result, or `TIMEOUT` after `forMs`.
 */
export async function awaitPush(context: ActionContext, { params, correctAnswer }: Push, forMs: number) {
  const until = context.clock.now() + forMs;
  const number = correctAnswer === undefined ? '' : `: the number is ${correctAnswer}`;
  context.progress(`waiting for the user to approve${number}`);
  while (context.clock.now() + POLL_MS <= until) {
    await context.clock.sleep(POLL_MS, context.signal);
    const call = { method: 'GET', path: `${one}/transactions/{transactionId}`, params } as const;
    const { factorResult } = (await context.call({ ...call, answer: answered })).json;
    if (factorResult !== 'WAITING') return factorResult;
  }
  return 'TIMEOUT';
}
