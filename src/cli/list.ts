import Table from 'cli-table3';
import { destructiveness } from '../actions/effect.ts';
import { connector } from '../connector.ts';
import type { ActionDefinition, TriggerDefinition } from '../define.ts';
import { grouped } from '../text/grouped.ts';
import { printJson, writeOut } from './output.ts';
import { UsageError } from './usage.ts';

interface Format {
  json?: boolean;
}

const EFFECTS = { always: 'destructive', sometimes: 'write, may be destructive', never: undefined };

const effectText = (action: ActionDefinition) => EFFECTS[destructiveness(action)] ?? action.effect.kind;

/**
 * Lists the actions under headings, one per resource. The whole list shows the first sentence of each description only.
 * @param words each of them is in the key, the title, the resource or the description of the actions to list.
 * @throws UsageError if there is no such action.
 */
export async function listActions(words: readonly string[], { json }: Format): Promise<void> {
  const wanted = words.flatMap((word) => word.toLowerCase().split(/\s+/));
  const found = connector.actions.filter((action) => {
    const { key, title, resource, description } = action;
    const text = [key, title, resource.title, description].join('\n').toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
  if (found.length === 0)
    throw new UsageError(`No action is about "${words.join(' ')}"`, {
      hint: 'List all of them with: okta-connector actions',
    });
  if (json) return printJson(found.map(asData));
  const rows = [...grouped(found, ({ resource }) => resource.title)].flatMap(([heading, actions]) => [
    [heading.toUpperCase(), '', ''],
    ...actions.map((action) => {
      const { key, description } = action;
      const about = words.length > 0 ? description : (/^.*?\.(?= |$)/.exec(description)?.[0] ?? description);
      return [key, about, effectText(action)];
    }),
  ]);
  await printTable(rows);
}

/** Lists the triggers. */
export async function listTriggers({ json }: Format): Promise<void> {
  const { triggers } = connector;
  if (json) return printJson(triggers.map(asData));
  await printTable(triggers.map(({ key, description, kind }) => [key, description, kind]));
}

/** An operation as data for programs. */
function asData(operation: ActionDefinition | TriggerDefinition) {
  const { key, resource, title, description, docsUrl, scopes } = operation;
  const kind =
    'effect' in operation
      ? { effect: operation.effect, effectWhen: operation.effectWhen }
      : { kind: operation.kind };
  return { ...{ key, resource: resource.key, title, description, docsUrl, scopes }, ...kind };
}

async function printTable(rows: string[][]): Promise<void> {
  const table = new Table({
    head: ['key', 'what it does', 'kind'],
    style: { head: [], border: [] },
    colWidths: [28, 80, 13],
    wordWrap: true,
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  table.push(...rows);
  await writeOut(`${table.toString()}\n`);
}
