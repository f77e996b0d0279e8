import type { Clock } from '../../http/types.ts';
import { ScimError, type ScimErrorType } from '../error.ts';
import type { ScimChange } from './events.ts';

/** Why a workflow does not want a change. Okta shows it to its admin. */
export interface ScimRefusalAnswer {
  refuse: string;
  /** Default: 400. */
  status?: number;
  scimType?: ScimErrorType;
}

/** Asked before a change is stored. */
// biome-ignore lint/suspicious/noConfusingVoidType: a function that returns nothing agrees
export type Decide = (change: ScimChange) => Promise<void | undefined | ScimRefusalAnswer>;

/**
 * Asks a workflow whether a change may be made.
 * @throws ScimError with its reason when it refuses; 503 when it has not answered within the limit.
 */
export async function askWorkflow(
  decide: Decide,
  change: ScimChange,
  limitMs: number,
  clock: Clock,
): Promise<void> {
  const over = new AbortController();
  const late = async () => {
    await clock.sleep(limitMs, over.signal);
    throw new ScimError(
      503,
      `The workflow did not answer within ${limitMs / 1000} seconds; nothing was changed`,
    );
  };
  const limit = late();
  limit.catch(() => {});
  let answer: Awaited<ReturnType<Decide>>;
  try {
    answer = await Promise.race([decide(change), limit]);
  } finally {
    over.abort();
  }
  if (!answer) return;
  const { refuse, status = 400, scimType } = answer;
  const isError = Number.isInteger(status) && status >= 400 && status <= 599;
  throw new ScimError(isError ? status : 400, String(refuse), { scimType });
}
