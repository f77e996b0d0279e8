import Table from 'cli-table3';
import { actionOf, connector } from '../connector.ts';
import { describeAction, describeTrigger } from '../manifest/manifest.ts';
import { fieldsOf } from '../schema/json-schema.ts';
import { printJson, writeOut } from './output.ts';

/** Shows one action or trigger: JSON with JSON Schemas, or a page of text. */
export async function describe(key: string, { json }: { json?: boolean }): Promise<void> {
  const trigger = connector.triggers.find((one) => one.key === key);
  const described = trigger ? describeTrigger(trigger) : describeAction(actionOf(key));
  if (json) return printJson(described);
  const { title, description, docsUrl, scopes, input } = described;
  const table = new Table({
    head: ['input', 'type', 'description'],
    style: { head: [], border: [] },
    colWidths: [22, 20, 76],
    wordWrap: true,
  });
  for (const one of fieldsOf(input)) {
    table.push([one.required ? `${one.name} *` : one.name, one.type, one.description]);
  }
  await writeOut(
    [
      `${title} (${key})`,
      description,
      '',
      table.toString(),
      '* required',
      '',
      `Kind: ${kindOf(described)}`,
      `Scopes: ${scopes.join(' ') || 'those of the path'}`,
      `Okta: ${docsUrl}`,
      '',
      usageOf(described),
      '',
    ].join('\n'),
  );
}

type Described = ReturnType<typeof describeAction> | ReturnType<typeof describeTrigger>;

function kindOf(described: Described): string {
  if ('kind' in described) return `${described.kind} trigger`;
  const { kind, destructive, idempotent } = described.effect;
  return [
    kind,
    destructive ? 'destructive (asks for confirmation; --yes without a terminal)' : '',
    idempotent ? 'safe to repeat' : '',
  ]
    .filter(Boolean)
    .join(', ');
}

/** A command line to copy. */
export function usageOf({ key, sample, ...rest }: Described): string {
  const input = `--input '${JSON.stringify(sample.input)}'`;
  if (!('kind' in rest)) return `okta-connector run ${key} ${input}`;
  if (rest.kind === 'webhook')
    return `okta-connector listen ${key} ${input} --public-url https://… --state state.json`;
  return `okta-connector poll ${key} ${input} --state state.json --follow`;
}
