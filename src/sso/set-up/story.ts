import type { ActionContext, ApiCall } from '../../define.ts';
import { isOktaError } from '../../errors/errors.ts';
import { inSentences } from '../../errors/sentences.ts';
import { runSteps, type StoryStep } from '../../resources/story/steps.ts';

/** What a run made and can take back. */
export interface Made {
  /** `the app 0oa…` */
  what: string;
  /** @param context one whose calls go on although the run is stopped. */
  takeBack(context: ActionContext): Promise<unknown>;
}

/**
 * Runs the steps of a set-up, or only plans them. A step that fails ends it, as stopping the run does, and what was made before
 * is taken back, last first.
 * @param made is filled by the steps.
 * @throws OktaError of the step that failed; it says what was taken back, or is left. The reason of the signal.
 */
export async function setUp<S extends string>(
  context: ActionContext,
  steps: readonly StoryStep<S>[],
  { dryRun, made }: { dryRun: boolean; made: Made[] },
) {
  try {
    return await runSteps(
      context,
      steps.map((step) => ({ ...step, needed: true })),
      dryRun,
    );
  } catch (error) {
    if (made.length === 0) throw error;
    const [back, left] = await takenBack(context, made);
    if (!isOktaError(error)) {
      if (left.length > 0) context.notice(`Not taken back: ${left.join(', ')}`);
      throw error;
    }
    throw error.with({
      message: [
        error.message,
        ...(back.length > 0 ? [`taken back: ${back.join(', ')}`] : []),
        ...(left.length > 0 ? [`not taken back: ${left.join(', ')}`] : []),
      ].join('; '),
      hint: inSentences(
        error.hint,
        left.length > 0 ? `Delete ${left.join(' and ')} (tear_down_sso)` : undefined,
        'Then run the action again',
      ),
    });
  }
}

async function takenBack(
  context: ActionContext,
  made: readonly Made[],
): Promise<[back: string[], left: string[]]> {
  const lasting = { ...context, call: <T>(call: ApiCall<T>) => context.call({ ...call, lasting: true }) };
  const back: string[] = [];
  const left: string[] = [];
  for (const { what, takeBack } of made.toReversed()) {
    await takeBack(lasting).then(
      () => back.push(what),
      () => left.push(what),
    );
  }
  return [back, left];
}
