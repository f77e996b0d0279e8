import type { JsonSchema } from '../../schema/json-schema.ts';
import { humanize } from '../../schema/labels.ts';
import {
  commonData,
  type EventData,
  type EventMember,
  type EventMemberType,
  eventDataOf,
  eventDataOfAll,
  type OktaFlag,
} from './event-data.ts';
import { exampleData } from './event-example.ts';

/** Okta writes most of these values as text, so that a list is sometimes one and sometimes a text like `[a, b]`. */
const TYPES: Record<EventMemberType, string[]> = {
  text: ['string', 'null'],
  'date-time': ['string', 'null'],
  boolean: ['boolean', 'string', 'null'],
  integer: ['integer', 'string', 'null'],
  number: ['number', 'string', 'null'],
  list: ['array', 'string', 'null'],
  map: ['object', 'string', 'null'],
  json: ['object', 'array', 'string', 'null'],
};

/** What people should know of a value. */
const wordsOf = (flags: readonly OktaFlag[]): { description?: string } => {
  const told = flags.filter((flag) => flag !== 'customer').sort();
  return told.length > 0 ? { description: `Okta: ${told.join(', ')}.` } : {};
};

const schemaOf = ({ name, type, flags }: EventMember): JsonSchema => ({
  type: TYPES[type],
  title: humanize(name),
  ...wordsOf(flags),
});

const membersOf = (members: readonly EventMember[]): Record<string, JsonSchema> =>
  Object.fromEntries(members.map((one) => [one.name, schemaOf(one)]));

/** An object of these members, which may be missing or null; undefined for none. */
const maybe = (properties: Record<string, JsonSchema>): JsonSchema | undefined =>
  Object.keys(properties).length > 0 ? { type: ['object', 'null'], properties } : undefined;

/** One side of `changeDetails`, before or after, of these event types. */
export const changeDetailsSchema = (eventTypes: readonly string[]): JsonSchema =>
  maybe(membersOf(eventDataOfAll(eventTypes).changeDetails)) ?? {};

/** What a schema of an event has to gain for this data. */
function additions({ debugData, detailEntry, changeDetails }: EventData): JsonSchema {
  const data = maybe(membersOf(debugData));
  const changes = maybe(membersOf(changeDetails));
  const target = {
    ...withMember('detailEntry', maybe(membersOf(detailEntry))),
    ...withMember('changeDetails', changes && maybe({ from: changes, to: changes })),
  };
  return {
    properties: {
      ...withMember('debugContext', data && { properties: { debugData: data } }),
      ...(Object.keys(target).length > 0 ? { target: { items: { properties: target } } } : {}),
    },
  };
}

const withMember = (name: string, schema: JsonSchema | undefined): Record<string, JsonSchema> =>
  schema ? { [name]: schema } : {};

/**
 * What the schema of a trigger's output has to gain so that it tells the data of these event types; undefined if it delivers no
 * events, or Okta publishes nothing about them.
 * @param output schema of an item that has the event in `event`, or several items in `events`.
 */
export function eventAdditions(output: JsonSchema, eventTypes: readonly string[]): JsonSchema | undefined {
  const { event, events } = output.properties ?? {};
  const gained = additions(eventDataOfAll(eventTypes));
  if (Object.keys(gained.properties ?? {}).length === 0) return undefined;
  if (event) return { properties: { event: gained } };
  return events?.items?.properties?.event
    ? { properties: { events: { items: { properties: { event: gained } } } } }
    : undefined;
}

/** A schema with what it gains; what it has already stays. */
export function extended(schema: JsonSchema, gained: JsonSchema | undefined): JsonSchema {
  if (!gained) return schema;
  // A list that may be null is one of several forms.
  if (schema.anyOf && (gained.items || gained.properties))
    return {
      ...schema,
      anyOf: schema.anyOf.map((one) => (one.type === 'null' ? one : extended(one, gained))),
    };
  const { properties = {}, items } = gained;
  return {
    ...schema,
    ...gained,
    ...schema,
    ...(gained.properties
      ? {
          properties: {
            ...schema.properties,
            ...Object.fromEntries(
              Object.entries(properties).map(([name, one]) => [
                name,
                extended(schema.properties?.[name] ?? {}, one),
              ]),
            ),
          },
        }
      : {}),
    ...(items ? { items: extended(schema.items ?? {}, items) } : {}),
  };
}

/** One value of an event that a flow can use. */
export interface EventField {
  /** Where it is in an item: `event.debugContext.debugData.changedAttributes`; `[]` stands for each entry of a list. */
  path: string;
  title: string;
  type: EventMemberType;
  /** Okta's flags. */
  flags: readonly OktaFlag[];
}

const fieldsIn = (place: string, members: readonly EventMember[]): EventField[] =>
  members.map(({ name, type, flags }) => ({ path: `${place}.${name}`, title: humanize(name), type, flags }));

/** The values that events of these types carry. @param common include those that events of any type may have. */
export function eventFields(eventTypes: readonly string[], { common = true } = {}): EventField[] {
  const { debugData, detailEntry, changeDetails } = eventDataOfAll(eventTypes);
  return [
    ...fieldsIn('event.debugContext.debugData', [...debugData, ...(common ? commonData : [])]),
    ...fieldsIn('event.target[].detailEntry', detailEntry),
    ...fieldsIn('event.target[].changeDetails.from', changeDetails),
    ...fieldsIn('event.target[].changeDetails.to', changeDetails),
  ];
}

/** What events of one type carry. */
export interface EventTypeSchema {
  eventType: string;
  /** Whether Okta publishes what the type carries. Otherwise only what all events may have is told. */
  known: boolean;
  /** JSON Schema of the parts of the event that depend on its type. Values may be missing, and there may be others. */
  schema: JsonSchema;
  fields: EventField[];
  /** Those parts with invented data. */
  sample: Record<string, unknown>;
}

/**
 * What events of a type carry in `debugContext.debugData` and in their targets: schema, fields and a sample, from Okta's
 * published list. No request is sent, and no type is refused, because Okta adds types monthly.
 */
export function eventTypeSchema(eventType: string): EventTypeSchema {
  const known = eventDataOf(eventType);
  const base = { type: 'object', properties: { debugContext: contextSchema(), target: targetSchema } };
  return {
    eventType,
    known: known !== undefined,
    schema: extended(base, known && additions(known)),
    fields: eventFields([eventType]),
    sample: exampleData(known),
  };
}

/** `debugContext` with what events of any type may have in it. */
export const contextSchema = (): JsonSchema => ({
  type: ['object', 'null'],
  properties: { debugData: { type: ['object', 'null'], properties: membersOf(commonData) } },
});

const text: JsonSchema = { type: ['string', 'null'] };
const targetSchema: JsonSchema = {
  type: ['array', 'null'],
  items: {
    type: ['object', 'null'],
    properties: { id: text, type: text, alternateId: text, displayName: text },
  },
};
