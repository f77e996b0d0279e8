import type { Client } from '../../client.ts';
import { InputError } from '../../errors/errors.ts';

/** How many items of a list an answer has: without a `limit` in the input, and at most. */
const [USUAL, MOST] = [100, 1_000];

/** What an action answered. */
export interface GatewayResult {
  result: unknown;
  /** Lists only: whether there are more items than these. */
  more?: boolean;
  /** How to get the others. */
  hint?: string;
}

/**
 * Runs an action. A list ends at its limit, and says whether there is more.
 * @throws whatever the client throws.
 */
export async function resultOf(
  client: Client,
  action: { key: string; list: boolean },
  input: Record<string, unknown>,
  signal: AbortSignal | undefined,
): Promise<GatewayResult> {
  if (!action.list) return { result: (await client.run(action.key, input, { signal })) ?? null };
  const limit = limitOf(input);
  const result: unknown[] = [];
  for await (const item of client.stream(action.key, { ...input, limit: limit + 1 }, { signal })) {
    if (result.length < limit) result.push(item);
    else return { result, more: true, hint: `There are more than ${limit}: give a "limit" up to ${MOST}.` };
  }
  return { result, more: false };
}

function limitOf({ limit = USUAL }: Record<string, unknown>): number {
  if (typeof limit === 'number' && limit <= MOST) return limit;
  throw new InputError('The input limit is too large', {
    causes: [`limit: at most ${MOST} items come in one answer`],
  });
}
