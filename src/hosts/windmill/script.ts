import type { HostField } from '../fields.ts';
import { flatName } from '../flat-form.ts';
import { argumentsOf } from './arguments.ts';
import { CONNECTION, chooserOf } from './names.ts';
import { typeOfSchema } from './result-type.ts';

/** What a script runs. */
export interface ScriptOf {
  key: string;
  title: string;
  description: string;
  fields: readonly HostField[];
  /** JSON Schema of the result, or of one item of a trigger. */
  output: object;
  /** Of the script: a trigger returns what is new since its last run. */
  kind: 'script' | 'trigger';
  /** Inputs on which a drop-down depends, by its key. */
  within: ReadonlyMap<string, readonly string[]>;
}

/** The source of a script. It only names the operation and its arguments: the package does the work. */
export function scriptSource(script: ScriptOf): string {
  const { key, title, description, fields, kind, output } = script;
  const isTrigger = kind === 'trigger';
  const all = argumentsOf(fields);
  const signature = all.map(({ name, type, required, default: preset }) =>
    preset === undefined ? `  ${name}${required ? '' : '?'}: ${type},` : `  ${name}: ${type} = ${preset},`,
  );
  const chosen = fields.filter(({ options }) => options);
  const run = isTrigger ? 'pullTrigger' : 'runScript';
  const result = isTrigger ? 'Item' : 'Result';
  const helpers = [...(chosen.length > 0 ? ['chooseFrom'] : []), 'type OktaConnector', run];
  const state = isTrigger ? ', { getState, setState }' : '';
  return [
    '// Generated from the manifest of okta-connector: your changes are lost when it is generated again.',
    `import { ${helpers.join(', ')} } from 'okta-connector/windmill';`,
    ...(isTrigger ? ["import { getState, setState } from 'windmill-client';"] : []),
    '',
    ...chosen.flatMap((field) => chooserSource(field, script)),
    `type ${result} = ${typeOfSchema(output)};`,
    '',
    `/** ${title}: ${commentOf(description)} */`,
    'export async function main(',
    `  ${CONNECTION}: OktaConnector,`,
    ...signature,
    `): Promise<${result}${isTrigger ? '[]' : ''}> {`,
    `  return ${run}<${result}>(${CONNECTION}, '${key}', { ${all.map(({ name }) => name).join(', ')} }${state});`,
    '}',
    '',
  ].join('\n');
}

const commentOf = (text: string) => text.replaceAll('*/', '* /').replaceAll('\n', ' ');

/** The function that Windmill calls for the choices of a drop-down, with the other arguments by name. */
function chooserSource(field: HostField, { within }: ScriptOf): string[] {
  const chooser = chooserOf(field);
  const needed = within.get(field.options ?? '') ?? [];
  const [type, value] = field.kind === 'list' ? ['DynMultiselect', 'string[]'] : ['DynSelect', 'string'];
  const others = needed.map((name) => `${flatName(name)}?: string, `).join('');
  const values = needed.map((name) => `${name}: ${flatName(name)}`).join(', ');
  return [
    `export type ${type}_${chooser} = ${value};`,
    `export async function ${chooser}(${CONNECTION}: OktaConnector, ${others}filterText?: string) {`,
    `  return chooseFrom(${CONNECTION}, '${field.options}', filterText, { ${values} });`,
    '}',
    '',
  ];
}
