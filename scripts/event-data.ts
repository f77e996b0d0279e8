/**
 * Writes src/resources/event-type/event-data.json: which data each event type carries, as names, types and Okta's flags.
 * The source is the list of event types and their schemas that Okta publishes with its documentation.
 *
 *     node scripts/event-data.ts FILE [--check]
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import stringify from 'json-stringify-pretty-compact';

interface Published {
  release: string;
  eventTypes: {
    id: string;
    schema: { debugData?: string; targets?: string[]; changeDetails?: string[] };
  }[];
  schemas: Record<string, { properties: Record<string, Property> }>;
}

interface Property {
  type: string;
  format: string;
  sensitive: boolean;
  personal: boolean;
  customer: boolean;
}

/** Those that a target has anyway. */
const OF_TARGETS = new Set(['id', 'type', 'alternateId', 'displayName']);

/** The System Log writes `changed_attributes` as `changedAttributes`; a name that is mixed already stays. */
const inLog = (name: string): string =>
  name === name.toLowerCase() ? name.replace(/_([a-z0-9])/g, (_, next: string) => next.toUpperCase()) : name;

const TYPES: Record<string, string> = {
  Boolean: 'boolean',
  Integer: 'integer',
  Long: 'integer',
  Double: 'number',
  List: 'list',
  Set: 'list',
};
const TEXTS = new Set(['String', 'Enum', 'Date']);

function typeOf({ type, format }: Property): string {
  if (TEXTS.has(type)) return format === 'iso8601' ? 'date-time' : format === 'json' ? 'json' : 'text';
  return TYPES[type] ?? (type === 'Map' ? 'map' : 'json');
}

/** `name`, `name:type`, `name:type!sp`: the flags are sensitive, personal and customer. */
function memberOf([name, property]: [string, Property]): string {
  const type = typeOf(property);
  const flags = [
    property.sensitive ? 's' : '',
    property.personal ? 'p' : '',
    property.customer ? 'c' : '',
  ].join('');
  return `${inLog(name)}${type === 'text' ? '' : `:${type}`}${flags ? `!${flags}` : ''}`;
}

const [file = '', mode] = process.argv.slice(2);
const { release, eventTypes, schemas } = JSON.parse(await readFile(file, 'utf8')) as Published;
const membersOf = (name: string) =>
  Object.entries(schemas[name]?.properties ?? {})
    .map(memberOf)
    .sort();

const common = membersOf('SystemDebugData');
const used = { debugData: new Set<string>(), targets: new Set<string>(), changeDetails: new Set<string>() };
const groups = new Map<string, string[]>();
for (const { id, schema } of eventTypes) {
  const { debugData, targets = [], changeDetails = [] } = schema;
  if (!debugData) continue;
  used.debugData.add(debugData);
  for (const one of targets) used.targets.add(one);
  for (const one of changeDetails) used.changeDetails.add(one);
  const group = [debugData, targets.toSorted().join(' '), changeDetails.join(' ')]
    .join('|')
    .replace(/\|+$/, '');
  groups.set(group, [...(groups.get(group) ?? []), id]);
}

const told = (names: ReadonlySet<string>, skip: (member: string) => boolean) =>
  Object.fromEntries(
    [...names].sort().map((name) => [name, membersOf(name).filter((member) => !skip(member))]),
  );
const isCommon = new Set(common);
const data = {
  release,
  common,
  // A schema that lacks some of the common members is not worth an exception.
  debugData: told(used.debugData, (member) => isCommon.has(member)),
  targets: told(used.targets, (member) => OF_TARGETS.has(member.split(/[:!]/)[0] ?? '')),
  changeDetails: told(used.changeDetails, () => false),
  eventTypes: Object.fromEntries(
    [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([group, types]) => [group, types.sort()]),
  ),
};
// Ids of schemas without a member say nothing.
for (const kind of ['debugData', 'targets', 'changeDetails'] as const)
  for (const [name, members] of Object.entries(data[kind])) if (members.length === 0) delete data[kind][name];

const target = join(import.meta.dirname, '../src/resources/event-type/event-data.json');
const text = `${stringify(data, { maxLength: 120, indent: 1 })}\n`;
if (mode !== '--check') await writeFile(target, text);
// The file is laid out as `biome check --write` does.
else if (JSON.stringify(JSON.parse(await readFile(target, 'utf8'))) !== JSON.stringify(data)) {
  console.error('src/resources/event-type/event-data.json is out of date');
  process.exit(1);
}
