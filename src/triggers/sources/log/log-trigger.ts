import { z } from 'zod';
import { defineTrigger, type ResourceDefinition, type TriggerDefinition } from '../../../define.ts';
import { docsOf } from '../../../resources/docs.ts';
import { field } from '../../../schema/fields.ts';
import { type About, aboutFields } from './about.ts';
import { adminRole } from './admin-role.ts';
import { changesOf, type ToldChanges, toldChangeFields } from './changes.ts';
import type { UserPlace } from './concerned.ts';
import { eventItem } from './event-item.ts';
import { eventSampleOf } from './event-sample.ts';
import { type Gathered, oneItemField } from './gather.ts';
import { areHookable, logOnly } from './hookable.ts';
import { included } from './include.ts';
import { conditionFields } from './log-query.ts';
import { type LogInput, logSource } from './log-source.ts';
import { reconcile, reconcileRest } from './reconcile.ts';
import { type Redaction, redactField } from './redact-event.ts';
import { since } from './since.ts';

interface LogTrigger<K extends string> {
  key: K;
  resource: ResourceDefinition;
  noun?: string;
  title: string;
  description: string;
  eventTypes: readonly string[];
  /** The only outcome that the trigger fires for. */
  outcome?: 'SUCCESS' | 'FAILURE';
  /** Outcomes that can be chosen. */
  outcomes?: readonly [string, ...string[]];
  /** The affected object, whose current state an item can include. */
  includes?: ResourceDefinition;
  /** Objects of the event by which it can be chosen. */
  narrowedBy?: readonly About[];
  /** Where the events name their user, if their targets may not. */
  userPlace?: UserPlace;
  /** The event says which administrator roles there are afterwards, or no longer. */
  tellsRoles?: boolean;
  /** What the event says of changes, and an example of a name. */
  tellsChanges?: { of: ToldChanges; example: string };
  /** Events that can be one item. */
  gathers?: Gathered;
}

const { outcome: _, ...choosable } = conditionFields;

const outcomeField = (outcomes: readonly [string, ...string[]]) =>
  field(z.enum(outcomes).optional(), 'Outcome', 'Only events with this outcome.', outcomes[0]);

type Inputs = Pick<
  LogTrigger<string>,
  'eventTypes' | 'outcomes' | 'includes' | 'narrowedBy' | 'tellsRoles' | 'tellsChanges' | 'gathers'
>;

const inputOf = ({
  eventTypes,
  outcomes,
  includes,
  narrowedBy = [],
  tellsRoles,
  tellsChanges,
  gathers,
}: Inputs) =>
  z.strictObject({
    ...aboutFields(narrowedBy),
    ...(outcomes ? { outcome: outcomeField(outcomes) } : {}),
    ...(tellsRoles ? { role: adminRole } : {}),
    ...toldChangeFields(tellsChanges?.of, tellsChanges?.example ?? ''),
    ...choosable,
    since,
    redact: redactField,
    ...(gathers ? { oneItem: oneItemField } : {}),
    ...(areHookable(eventTypes)
      ? { reconcile: logOnly(eventTypes).length > 0 ? reconcileRest : reconcile }
      : {}),
    ...(includes
      ? {
          include: field(
            z.boolean().default(false),
            `Include ${includes.title.toLowerCase()}`,
            `Read the whole ${includes.title.toLowerCase()} for each item.`,
            true,
          ),
        }
      : {}),
  });

const scopesOf = ({ scopes, forms = [] }: ResourceDefinition): string[] => [
  ...new Set([...scopes, ...forms.flatMap((form) => form.scopes)]),
];

/** A trigger for one kind of event: fixed System Log event types, instant if an event hook can deliver some of them. */
export function logTrigger<const K extends string>(
  trigger: LogTrigger<K>,
): TriggerDefinition<ReturnType<typeof inputOf>, typeof eventItem> & { key: K } {
  const { key, resource, noun, title, description, eventTypes, outcome, includes, tellsChanges } = trigger;
  return defineTrigger({
    key,
    resource,
    ...(noun ? { noun } : {}),
    title,
    description,
    docsUrl: docsOf('SystemLog', 'listLogEvents'),
    scopes: ['okta.logs.read', ...(includes ? scopesOf(includes) : [])],
    kind: 'polling',
    input: inputOf(trigger),
    output: eventItem,
    source: logSource<LogInput & { redact: Redaction }>(
      { eventTypes, ...(outcome ? { outcome } : {}), userPlace: trigger.userPlace },
      ({ include }) => {
        const reads = includes && include === true;
        if (!reads && !tellsChanges) return undefined;
        return async (context, item, event) => {
          const told = tellsChanges
            ? { ...item, changed: changesOf(event)?.map(({ name }) => name) ?? null }
            : item;
          return reads ? included(includes, context, told) : told;
        };
      },
      trigger.gathers,
    ),
    eventTypes,
    sample: { input: {}, output: eventSampleOf(eventTypes[0] ?? '', { title, outcome, about: includes }) },
  });
}
