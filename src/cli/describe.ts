import Table from 'cli-table3';
import { destructiveness } from '../actions/effect.ts';
import { actionOf, connector } from '../connector.ts';
import type { InputCondition, MilderEffect } from '../define.ts';
import { describeAction, describeTrigger } from '../manifest/manifest.ts';
import { eventFields } from '../resources/event-type/event-schema.ts';
import { fieldsOf, type JsonSchema } from '../schema/json-schema.ts';
import { printJson, writeOut } from './output.ts';
import { readPairs } from './pairs.ts';
import { UsageError } from './usage.ts';

/** Shows one action or trigger: JSON with JSON Schemas, or a page of text. @param given `eventTypes=TYPE`, of a trigger that has them as input. */
export async function describe(
  key: string,
  given: readonly string[],
  { json }: { json?: boolean },
): Promise<void> {
  const trigger = connector.triggers.find((one) => one.key === key);
  const about = given.length > 0 ? await typesIn(trigger ?? actionOf(key), given) : [];
  const described = trigger ? describeTrigger(trigger, about) : describeAction(actionOf(key));
  if (json) return printJson(described);
  const { title, description, docsUrl, scopes, input } = described;
  const rows = fieldsOf(input).map((one): [string, string, string] => {
    const members = membersOf(input, one.name);
    return [one.required ? `${one.name} *` : one.name, one.type, `${one.description}${members}`];
  });
  const narrow = [0, 1].map((at) => Math.max(20, ...rows.map((row) => longestWord(row[at] ?? '') + 2)));
  const table = new Table({
    head: ['input', 'type', 'description'],
    style: { head: [], border: [] },
    colWidths: [...narrow, WIDTH - sum(narrow)],
    wordWrap: true,
  });
  table.push(...rows);
  await writeOut(
    [
      `${title} (${key})`,
      description,
      '',
      table.toString(),
      '* required',
      '',
      `Kind: ${kindOf(described)}`,
      ...milderWhen(described).map(({ when, what }) => `  ${when.join(', ')}: ${what}`),
      `Scopes: ${scopes.join(' ') || 'those of the path'}`,
      `Okta: ${docsUrl}`,
      ...carriedBy(described, about),
      '',
      usageOf(described),
      '',
    ].join('\n'),
  );
}

/** The event types among key=value arguments. @throws UsageError for anything else. */
async function typesIn(operation: Parameters<typeof readPairs>[0], given: readonly string[]) {
  const open = () => Promise.reject(new UsageError('describe needs no connection'));
  const pairs = await readPairs(operation, given, open);
  const other = pairs.find(({ path }) => path.join('.') !== 'eventTypes');
  if (other)
    throw new UsageError(`describe takes no ${other.path.join('.')}`, {
      hint: 'eventTypes=TYPE shows what events of that type carry.',
    });
  return pairs.flatMap(({ value }) => value as string[]);
}

/** What the events carry beyond what all have, one line for each value. */
function carriedBy(described: Described, about: readonly string[]): string[] {
  const types = 'eventTypes' in described && described.eventTypes.length > 0 ? described.eventTypes : about;
  const own = eventFields(types, { common: false });
  if (own.length === 0)
    return about.length > 0 ? ['', 'Okta publishes nothing about what these events carry.'] : [];
  const lines = own.map(({ path, type, flags }) =>
    [`  ${path} (${type})`, flags.filter((flag) => flag !== 'customer').join(', ')].filter(Boolean).join(' '),
  );
  return ['', 'Beyond what all events have, these may carry:', ...lines];
}

/** Of the table, without its lines. */
const WIDTH = 118;

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);
/** A word that is longer than its column would be cut. */
const longestWord = (text: string) => Math.max(...text.split(' ').map(({ length }) => length));

/** How the members of an object are written as key=value, where they are few and always the same. */
function membersOf(input: JsonSchema, name: string): string {
  const { properties = {} } = input.properties?.[name] ?? {};
  const members = Object.keys(properties).map((member) => `${name}.${member}`);
  return members.length > 0 && members.length <= 8 ? ` Members: ${members.join(', ')}.` : '';
}

type Described = ReturnType<typeof describeAction> | ReturnType<typeof describeTrigger>;

function kindOf(described: Described): string {
  if ('kind' in described) return `${described.kind} trigger`;
  const { kind, idempotent } = described.effect;
  return [kind, DESTRUCTIVE[destructiveness(described)], idempotent ? 'safe to repeat' : '']
    .filter(Boolean)
    .join(', ');
}

const ASKED = '(asked about first; --yes where nobody can be asked)';
const DESTRUCTIVE = {
  always: `destructive ${ASKED}`,
  sometimes: `may be destructive ${ASKED}`,
  never: '',
};

/** When an action does less than the worst that it can do: the conditions, and what holds then. */
export function milderWhen(described: Described) {
  const effectWhen: readonly MilderEffect[] = ('effectWhen' in described && described.effectWhen) || [];
  return effectWhen.map(({ when, effect: { kind, destructive, idempotent } }) => ({
    when: Object.entries(when).map(([name, condition]) => `${name} ${conditionText(condition)}`),
    what: [
      kind === 'read' ? 'only reads' : destructive === false ? 'not destructive' : '',
      idempotent ? 'safe to repeat' : '',
    ]
      .filter(Boolean)
      .join(', '),
  }));
}

function conditionText(condition: InputCondition = { given: true }): string {
  if ('is' in condition) return `is ${condition.is.map(String).join(' or ')}`;
  if ('matches' in condition) return `matches ${condition.matches}`;
  if ('matchesNot' in condition) return `does not match ${condition.matchesNot}`;
  return 'given' in condition ? 'is given' : 'is left out';
}

/** A command line to copy. */
export function usageOf({ key, sample, ...rest }: Described): string {
  const input = `--input '${JSON.stringify(sample.input)}'`;
  if (!('kind' in rest)) return `okta-connector run ${key} ${input}`;
  if (rest.kind === 'webhook')
    return `okta-connector listen ${key} ${input} --public-url https://… --state state.json`;
  return `okta-connector poll ${key} ${input} --state state.json --follow`;
}
