import data from './event-data.json' with { type: 'json' };

/** What Okta says of a value in an event: it is secret, it is about a person, or the customer wrote it. */
export type OktaFlag = 'sensitive' | 'personal' | 'customer';

export type EventMemberType =
  | 'text'
  | 'boolean'
  | 'integer'
  | 'number'
  | 'date-time'
  | 'list'
  | 'map'
  | 'json';

/** One member of the data of an event, named as in the System Log. */
export interface EventMember {
  name: string;
  type: EventMemberType;
  flags: readonly OktaFlag[];
}

/** What events of a type carry beyond what all have. */
export interface EventData {
  /** Members of `debugContext.debugData`, without those that all events may have. */
  debugData: readonly EventMember[];
  /** Members of `detailEntry` of the targets. */
  detailEntry: readonly EventMember[];
  /** Members of `changeDetails.from` and `changeDetails.to` of the targets. */
  changeDetails: readonly EventMember[];
}

const FLAGS: Record<string, OktaFlag> = { s: 'sensitive', p: 'personal', c: 'customer' };

/** Reads `name:type!flags`. */
function memberOf(text: string): EventMember {
  const [rest = '', flags = ''] = text.split('!');
  const [name = '', type = 'text'] = rest.split(':');
  return { name, type: type as EventMemberType, flags: [...flags].flatMap((one) => FLAGS[one] ?? []) };
}

/** Members of `debugContext.debugData` that events of any type may have. */
export const commonData: readonly EventMember[] = data.common.map(memberOf);

type Schemas = Record<string, string[]>;

const groups = new Map(
  Object.entries(data.eventTypes).flatMap(([group, types]) => types.map((type) => [type, group] as const)),
);

/** The members of several schemas; the first of a name counts, with the flags of all. */
function membersOf(schemas: Schemas, names: readonly string[]): EventMember[] {
  return merged(names.flatMap((name) => schemas[name] ?? []).map(memberOf));
}

function merged(members: readonly EventMember[]): EventMember[] {
  const all = new Map<string, EventMember>();
  for (const one of members) {
    const flags = new Set([...(all.get(one.name)?.flags ?? []), ...one.flags]);
    all.set(one.name, { ...(all.get(one.name) ?? one), flags: [...flags] });
  }
  return [...all.values()];
}

/** What Okta publishes about the data of an event type; undefined if nothing, as for types that it adds later. */
export function eventDataOf(eventType: string): EventData | undefined {
  const group = groups.get(eventType);
  if (group === undefined) return undefined;
  const [debugData = '', targets = '', changes = ''] = group.split('|');
  return {
    debugData: membersOf(data.debugData, [debugData]),
    detailEntry: membersOf(data.targets, targets.split(' ')),
    changeDetails: membersOf(data.changeDetails, changes.split(' ')),
  };
}

/** The data of all these types together. */
export function eventDataOfAll(eventTypes: readonly string[]): EventData {
  const known = eventTypes.flatMap((type) => eventDataOf(type) ?? []);
  return {
    debugData: merged(known.flatMap((one) => one.debugData)),
    detailEntry: merged(known.flatMap((one) => one.detailEntry)),
    changeDetails: merged(known.flatMap((one) => one.changeDetails)),
  };
}

/** A name in any of its spellings: Okta's lists have `user_name` where its log has `userName`. */
export const plainName = (name: string): string => name.replace(/[^a-z0-9]/gi, '').toLowerCase();

let flagged: Map<string, ReadonlySet<OktaFlag>> | undefined;

function flaggedNames(): Map<string, ReadonlySet<OktaFlag>> {
  const all = [data.common, ...[data.debugData, data.targets, data.changeDetails].flatMap(Object.values)];
  const found = new Map<string, Set<OktaFlag>>();
  for (const { name, flags } of (all.flat() as string[]).map(memberOf)) {
    if (flags.length > 0)
      found.set(plainName(name), new Set([...(found.get(plainName(name)) ?? []), ...flags]));
  }
  return found;
}

/**
 * The flags of a member by its name alone, as any event type has them: for types about which Okta publishes nothing, where
 * hiding too much is the smaller harm.
 */
export function flagsByName(name: string): ReadonlySet<OktaFlag> {
  flagged ??= flaggedNames();
  return flagged.get(plainName(name)) ?? NONE;
}

const NONE: ReadonlySet<OktaFlag> = new Set();
