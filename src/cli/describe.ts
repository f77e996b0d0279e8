import Table from 'cli-table3';
import { actionOf } from '../connector.ts';
import { describeAction } from '../manifest.ts';
import { fieldsOf } from '../schema-fields.ts';
import { printJson } from './output.ts';

/** Shows one action: JSON with JSON Schemas, or a page of text. */
export async function describe(key: string, { json }: { json?: boolean }): Promise<void> {
  const described = describeAction(actionOf(key));
  if (json) return printJson(described);
  const { title, description, docsUrl, scopes, effect, input, sample } = described;
  const table = new Table({
    head: ['input', 'type', 'what it is'],
    style: { head: [], border: [] },
    colWidths: [22, 20, 76],
    wordWrap: true,
  });
  for (const one of fieldsOf(input)) {
    table.push([one.required ? `${one.name} *` : one.name, one.type, one.description]);
  }
  process.stdout.write(
    [
      `${title} (${key})`,
      description,
      '',
      table.toString(),
      '* required',
      '',
      `Effect: ${effect.kind}${effect.destructive ? ', destructive' : ''}${effect.idempotent ? ', safe to repeat' : ''}`,
      `Scopes: ${scopes.join(' ') || 'those of the path'}`,
      `Okta: ${docsUrl}`,
      '',
      `okta-connector run ${key} --input '${JSON.stringify(sample.input)}'`,
      '',
    ].join('\n'),
  );
}
