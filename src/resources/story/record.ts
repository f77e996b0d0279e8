import { z } from 'zod';
import type { ActionContext } from '../../define.ts';
import { changed, field, timestamp } from '../../schema/fields.ts';
import { stepReports } from './steps.ts';

/** Input of a story: whether to name the changes only. */
export const dryRunInput = field(
  z.boolean().default(false),
  'Dry run',
  'Only name every change; nothing is changed.',
  true,
);

/** The output of a story, which is its audit record: what was done to whom, and when. */
export function storyOutput<const S extends readonly [string, ...string[]]>(steps: S) {
  return z.looseObject({
    userId: field(
      z.string().optional(),
      'User ID',
      'Id of the user; none if a dry run would create the user.',
      '00u1abcdefghijklmnop',
    ),
    login: field(z.string().nullish(), 'Login', 'Login of the user.', 'ana.ruiz@acme.test'),
    dryRun: field(z.boolean(), 'Dry run', 'Whether the changes were only named.', false),
    changed,
    startedAt: timestamp('Started'),
    endedAt: timestamp('Ended'),
    steps: stepReports(steps),
  });
}

/** Completes the record of a story that has ended. */
export function told<S extends { status: string }>(
  { clock }: ActionContext,
  {
    startedAt,
    ...story
  }: {
    startedAt: number;
    userId: string | undefined;
    login: string | null | undefined;
    dryRun: boolean;
    steps: S[];
  },
) {
  return {
    ...story,
    changed: story.steps.some(({ status }) => status === 'done'),
    startedAt: new Date(startedAt).toISOString(),
    endedAt: new Date(clock.now()).toISOString(),
  };
}
