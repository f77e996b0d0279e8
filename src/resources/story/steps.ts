import { z } from 'zod';
import type { ActionContext } from '../../define.ts';
import { isOktaError, type OktaError } from '../../errors/errors.ts';
import { field } from '../../schema/fields.ts';

/** One change of a step. */
export interface PlannedChange {
  /** `remove_from_group` */
  change: string;
  /** Id of what it is about; undefined in a dry run if it does not exist yet. */
  id: string | undefined;
  name?: string | undefined;
  /** Makes it; `changed` is false if it was already so. */
  make(): Promise<{ changed: boolean }>;
}

/** A step of an action that tells a whole story. It plans by reading alone, so that it can be resumed, and tried out. */
export interface StoryStep<S extends string = string> {
  step: S;
  /** What is left to do; nothing, if all is as wanted. */
  plan(): Promise<PlannedChange[]>;
  /** The later steps need it: if it fails, they do not run. */
  needed?: true;
  /** Waits until the changes have taken effect. */
  settle?(): Promise<unknown>;
}

/** The report of each step, for the output. */
export function stepReports<const S extends readonly [string, ...string[]]>(steps: S) {
  return field(
    z.array(
      z.looseObject({
        step: z.enum(steps),
        status: z.enum(['done', 'unchanged', 'planned']),
        changes: z.array(
          z.looseObject({ change: z.string(), id: z.string().optional(), name: z.string().optional() }),
        ),
      }),
    ),
    'Steps',
    'Each step in the order in which it ran, with what it changed. unchanged: nothing was left to do; planned: a dry run.',
  );
}

/** A type, not an interface: it is assigned to an output, which may have further members. */
type Report<S extends string> = {
  step: S;
  status: 'done' | 'unchanged' | 'planned';
  changes: { change: string; id?: string; name?: string }[];
};

/**
 * Runs steps in order, or only plans them. A step that Okta refuses does not keep the later ones from running: whoever leaves
 * must not keep access because one app could not be unassigned.
 * @throws OktaError that names the steps that were done and those that failed; running the action again does the rest.
 */
export async function runSteps<S extends string>(
  context: ActionContext,
  steps: readonly StoryStep<S>[],
  dryRun: boolean,
): Promise<Report<S>[]> {
  const reports: Report<S>[] = [];
  const failed: { step: string; error: OktaError }[] = [];
  for (const one of steps) {
    const { step } = one;
    await context.step(step, async () => {
      try {
        const report = await (dryRun ? planned(one) : performed(one));
        reports.push(report);
        return { changed: report.status === 'done' };
      } catch (error) {
        if (one.needed || !isRefusal(error)) throw error;
        failed.push({ step, error });
        context.progress(`${step} failed: ${error.message}`);
        return { changed: false };
      }
    });
  }
  const [first] = failed;
  if (!first) return reports;
  const done = context.steps.length > 0 ? `Done: ${context.steps.join(', ')}. ` : '';
  throw first.error.with({
    message: `${done}Not done: ${failed.map(({ step, error }) => `${step} (${error.message})`).join(', ')}`,
    hint: [first.error.hint, 'Then run the action again: it does what is left.'].filter(Boolean).join(' '),
  });
}

/** Okta's answer to one request, as opposed to a lost connection, a used-up rate limit or a credential that is refused. */
const isRefusal = (error: unknown): error is OktaError =>
  isOktaError(error) &&
  error.status !== undefined &&
  !['authentication_failed', 'rate_limited'].includes(error.code);

const shown = ({ change, id, name }: PlannedChange) => ({
  change,
  ...(id === undefined ? {} : { id }),
  ...(name === undefined ? {} : { name }),
});

async function planned<S extends string>({ step, plan }: StoryStep<S>): Promise<Report<S>> {
  const changes = (await plan()).map(shown);
  return { step, status: changes.length > 0 ? 'planned' : 'unchanged', changes };
}

async function performed<S extends string>({ step, plan, settle }: StoryStep<S>): Promise<Report<S>> {
  const changes: ReturnType<typeof shown>[] = [];
  for (const one of await plan()) {
    const { changed } = await one.make();
    if (changed) changes.push(shown(one));
  }
  if (changes.length === 0) return { step, status: 'unchanged', changes };
  await settle?.();
  return { step, status: 'done', changes };
}
