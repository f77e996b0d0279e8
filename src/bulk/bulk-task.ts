import { effectFor } from '../actions/effect.ts';
import { parseInput, runAction } from '../actions/run.ts';
import type { ActionContext, ActionDefinition, Effect } from '../define.ts';
import { carriedIn } from '../resources/reference.ts';
import { dryRun } from './dry-run.ts';
import type { NewNames } from './new-names.ts';
import type { BulkTask, RowRun } from './run-row.ts';

/** A dry run may be repeated, whatever the action. */
const HARMLESS: Effect = { kind: 'read', idempotent: true, destructive: false };

/**
 * Runs an action for each row.
 * @param dry in a dry run: the names of the objects that rows would create.
 */
export function bulkTask(
  action: ActionDefinition,
  dry: NewNames | undefined,
  contextFor: (effect: Effect, run: RowRun) => ActionContext,
): BulkTask {
  return {
    parse: (input) => parseInput(action, input),
    keyOf: keyOf(action),
    effectOf: (parsed) => (dry ? HARMLESS : effectFor(action, parsed)),
    async run(parsed, run) {
      const context = contextFor(effectFor(action, parsed), run);
      if (dry) {
        dry.note(run.row, parsed);
        const done = await dryRun(action, context, parsed);
        await dry.assertNew(context, parsed);
        return done;
      }
      const output = await runAction(action, context, parsed);
      const { changed } = (output ?? {}) as { changed?: unknown };
      return typeof changed === 'boolean' ? { changed, output } : { output };
    },
  };
}

/** The first object named in the input; otherwise the name of the object it creates. */
function keyOf({ input }: ActionDefinition): (input: unknown) => string | undefined {
  const paths = Object.entries(carriedIn(input))
    .map(([name, { attributesOf }]) =>
      attributesOf?.attributes ? [name, attributesOf.attributes.natural] : [name],
    )
    .sort((a, b) => a.length - b.length);
  return (given) => {
    for (const path of paths) {
      const found = path.reduce<unknown>(
        (at, name) => (at as Record<string, unknown> | undefined)?.[name],
        given,
      );
      if (typeof found === 'string') return found;
    }
    return undefined;
  };
}
