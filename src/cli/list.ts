import Table from 'cli-table3';
import { destructiveness } from '../actions/effect.ts';
import type { ActionDefinition, TriggerDefinition } from '../define.ts';
import { printJson, writeOut } from './output.ts';

const EFFECTS = { always: 'destructive', sometimes: 'write, may be destructive', never: undefined };

const effectText = (action: ActionDefinition) => EFFECTS[destructiveness(action)] ?? action.effect.kind;

type Operation = ActionDefinition | TriggerDefinition;

/** Lists operations: a table for people, their identity as JSON for programs. */
export async function listOperations(
  operations: readonly Operation[],
  { json }: { json?: boolean },
): Promise<void> {
  if (json) {
    const rows = operations.map((operation) => {
      const { key, resource, title, description, docsUrl, scopes } = operation;
      const kind =
        'effect' in operation
          ? { effect: operation.effect, effectWhen: operation.effectWhen }
          : { kind: operation.kind };
      return { ...{ key, resource, title, description, docsUrl, scopes }, ...kind };
    });
    return printJson(rows);
  }
  const table = new Table({
    head: ['key', 'what it does', 'kind'],
    style: { head: [], border: [] },
    colWidths: [28, 80, 13],
    wordWrap: true,
  });
  for (const operation of operations) {
    const kind = 'effect' in operation ? effectText(operation) : operation.kind;
    table.push([operation.key, operation.description, kind]);
  }
  await writeOut(`${table.toString()}\n`);
}
