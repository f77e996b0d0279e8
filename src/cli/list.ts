import Table from 'cli-table3';
import type { ActionDefinition, Effect } from '../define.ts';
import { note, printJson } from './output.ts';

const effectText = ({ kind, destructive }: Effect) => (destructive ? 'destructive' : kind);

/** Lists operations: a table for people, their identity as JSON for programs. */
export async function listOperations(
  operations: readonly ActionDefinition[],
  { json }: { json?: boolean },
): Promise<void> {
  if (json) {
    const rows = operations.map(({ key, resource, title, description, docsUrl, scopes, effect }) => ({
      ...{ key, resource, title, description, docsUrl, scopes, effect },
    }));
    return printJson(rows);
  }
  if (operations.length === 0) return note('There are none.');
  const table = new Table({
    head: ['key', 'what it does', 'effect'],
    style: { head: [], border: [] },
    colWidths: [28, 80, 13],
    wordWrap: true,
  });
  for (const { key, description, effect } of operations) table.push([key, description, effectText(effect)]);
  process.stdout.write(`${table.toString()}\n`);
}
