import type { ActionContext, ActionDefinition, Effect } from '../define.ts';
import { effectFor, parseInput, runAction } from '../run-action.ts';
import { dryRun } from './dry-run.ts';
import type { BulkTask, RowRun } from './run-row.ts';

/** A dry run may be repeated whatever the action is. */
const HARMLESS: Effect = { kind: 'read', idempotent: true, destructive: false };

/** An action as what is done with each row. */
export function bulkTask(
  action: ActionDefinition,
  dry: boolean,
  contextFor: (effect: Effect, run: RowRun) => ActionContext,
): BulkTask {
  return {
    parse: (input) => parseInput(action, input),
    effectOf: (parsed) => (dry ? HARMLESS : effectFor(action, parsed)),
    async run(parsed, run) {
      const context = contextFor(effectFor(action, parsed), run);
      if (dry) return dryRun(action, context, parsed);
      const output = await runAction(action, context, parsed);
      const { changed } = (output ?? {}) as { changed?: unknown };
      return typeof changed === 'boolean' ? { changed, output } : { output };
    },
  };
}
