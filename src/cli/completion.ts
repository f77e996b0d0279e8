import type { Option } from 'commander';
import { inputPaths, schemaAt } from '../bulk/mapping.ts';
import { connector } from '../connector.ts';
import type { JsonSchema } from '../schema/json-schema.ts';
import type { CommandSpec } from './command-spec.ts';
import { SCRIPTS } from './completion-scripts.ts';
import { writeOut } from './output.ts';
import { inputSchemaOf } from './pairs.ts';
import { profileNames } from './profiles.ts';

export const printScript = (shell: keyof typeof SCRIPTS): Promise<void> => writeOut(SCRIPTS[shell]);

/** Prints the candidates for the last word. @param shared options of every command that uses an org. */
export async function printWords(
  words: readonly string[],
  commands: readonly CommandSpec[],
  shared: readonly Option[],
): Promise<void> {
  const found = completions(words, { commands, shared, profiles: await profileNames() });
  if (found.length > 0) await writeOut(`${found.join('\n')}\n`);
}

/** What can be typed. */
interface Typable {
  commands: readonly CommandSpec[];
  shared: readonly Option[];
  profiles: readonly string[];
}

/** Candidates for the last word, `key=` where a value must follow; none where only the user knows the value. */
export function completions(words: readonly string[], typable: Typable): string[] {
  const last = words.at(-1) ?? '';
  return candidates(words.slice(0, -1), last, typable).filter((one) => one.startsWith(last) && one !== last);
}

function candidates(
  before: readonly string[],
  last: string,
  { commands, shared, profiles }: Typable,
): readonly string[] {
  const [name, ...given] = before;
  if (name === undefined) {
    const names = commands.flatMap((one) => (one.hidden ? [] : one.name));
    return last.startsWith('-') ? ['--help', '--version'] : names;
  }
  const spec = commands.find((one) => one.name === name);
  if (spec === undefined) return [];
  const options = [...(spec.options ?? []), ...(spec.org ? shared : [])];
  const optionOf = (word: string | undefined) => options.find(({ long }) => long === word);
  const valuesOf = (option: Option | undefined) =>
    option?.long === '--profile' ? profiles : (option?.argChoices ?? []);
  const flag = optionOf(given.at(-1));
  if (flag?.required) return valuesOf(flag);
  const [long = '', value] = last.split('=');
  if (last.startsWith('-') && value !== undefined)
    return valuesOf(optionOf(long)).map((one) => `${long}=${one}`);
  if (last.startsWith('-')) return [...options.flatMap((one) => one.long ?? []), '--help'];
  const positional = given.filter((word, at) => !word.startsWith('-') && !optionOf(given[at - 1])?.required);
  return argumentWords(spec, positional, last, profiles);
}

const keysOf = (operations: readonly { key: string }[]) => operations.map(({ key }) => key);

function argumentWords(
  { name, args = [] }: CommandSpec,
  given: readonly string[],
  last: string,
  profiles: readonly string[],
): readonly string[] {
  const { actions, triggers, resources } = connector;
  const argument = args[given.length] ?? (args.at(-1)?.variadic ? args.at(-1) : undefined);
  if (argument?.argChoices) return argument.argChoices;
  switch (argument?.name()) {
    case 'action':
      return keysOf(actions);
    case 'trigger':
      return keysOf(
        triggers.filter(({ kind, source }) => (name === 'poll' ? kind !== 'webhook' : source.hook)),
      );
    case 'key':
      return name === 'options'
        ? resources.flatMap(({ choices }) => choices?.key ?? [])
        : keysOf([...actions, ...triggers]);
    case 'name':
      return profiles;
    case 'inputs':
      return inputWords(given, last);
    default:
      return [];
  }
}

/** Keys of inputs that are not given yet; after `key=` the values that the schema lists. */
function inputWords([operation, ...given]: readonly string[], last: string): string[] {
  const found = [...connector.actions, ...connector.triggers].find(({ key }) => key === operation);
  if (found === undefined) return [];
  const schema = inputSchemaOf(found);
  const [key = '', value] = last.split('=');
  if (value !== undefined) {
    const type = schemaAt({ key: found.key, schema }, key.split('.'));
    return type ? choicesOf(type).map((one) => `${key}=${one}`) : [];
  }
  const paths = inputPaths(schema);
  const isGiven = (path: string) => given.some((word) => word.startsWith(`${path}=`));
  const isLeaf = (path: string) => !paths.some((one) => one.startsWith(`${path}.`));
  return paths.filter((path) => isLeaf(path) && !isGiven(path)).map((path) => `${path}=`);
}

/** The values that a schema lists. */
function choicesOf({ enum: listed, const: only, type, items, anyOf, oneOf }: JsonSchema): string[] {
  if (listed) return listed.filter((one) => one !== null).map(String);
  if (only !== undefined) return [String(only)];
  if ([type].flat().includes('boolean')) return ['true', 'false'];
  return [items ?? [], anyOf ?? [], oneOf ?? []].flat().flatMap(choicesOf);
}
