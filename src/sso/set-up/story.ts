import type { ActionContext } from '../../define.ts';
import { isOktaError } from '../../errors/errors.ts';
import { inSentences } from '../../errors/sentences.ts';
import { runSteps, type StoryStep } from '../../resources/story/steps.ts';

/** What a run made and can take back. */
export interface Made {
  /** `the app 0oa…` */
  what: string;
  takeBack(): Promise<unknown>;
}

/**
 * Runs the steps of a set-up, or only plans them. A step that fails ends it, and what was made before is taken back, last first.
 * @param made is filled by the steps.
 * @throws OktaError of the step that failed; it says what was taken back, or is left.
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
    if (!isOktaError(error) || made.length === 0) throw error;
    const [back, left] = await takenBack(made);
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

async function takenBack(made: readonly Made[]): Promise<[back: string[], left: string[]]> {
  const back: string[] = [];
  const left: string[] = [];
  for (const { what, takeBack } of made.toReversed()) {
    await takeBack().then(
      () => back.push(what),
      () => left.push(what),
    );
  }
  return [back, left];
}
