import { z } from 'zod';
import { defineTrigger, type ResourceDefinition, type TriggerDefinition } from '../../../define.ts';
import { docsOf } from '../../../resources/docs.ts';
import { logEventSample } from '../../../resources/log/log-event.ts';
import { field } from '../../../schema/fields.ts';
import { type EventItem, eventItem, itemOf } from './event-item.ts';
import { areHookable } from './hookable.ts';
import { conditionFields } from './log-query.ts';
import { logSource } from './log-source.ts';
import { reconcile } from './reconcile.ts';
import { since } from './since.ts';

interface LogTrigger<K extends string> {
  key: K;
  resource: ResourceDefinition;
  title: string;
  description: string;
  eventTypes: readonly string[];
  /** Fixed by what the trigger is about. */
  outcome?: 'SUCCESS' | 'FAILURE';
  /** The object of the event, which can be read again for each item. */
  includes?: ResourceDefinition;
}

const { outcome: _, ...choosable } = conditionFields;

const inputOf = (eventTypes: readonly string[], includes: ResourceDefinition | undefined) =>
  z.strictObject({
    ...choosable,
    since,
    ...(areHookable(eventTypes) ? { reconcile } : {}),
    ...(includes
      ? {
          include: field(
            z.boolean().default(false),
            `Include ${includes.key}`,
            `Read the whole ${includes.key} again for each item.`,
            true,
          ),
        }
      : {}),
  });

/** A trigger for one thing that happens: the System Log with its event types set, instant where a hook delivers them. */
export function logTrigger<const K extends string>({
  key,
  resource,
  title,
  description,
  eventTypes,
  outcome,
  includes,
}: LogTrigger<K>): TriggerDefinition<ReturnType<typeof inputOf>, typeof eventItem> & { key: K } {
  return defineTrigger({
    key,
    resource,
    title,
    description,
    docsUrl: docsOf('SystemLog', 'listLogEvents'),
    scopes: ['okta.logs.read', ...(includes?.scopes ?? [])],
    kind: 'polling',
    input: inputOf(eventTypes, includes),
    output: eventItem,
    source: logSource({ eventTypes, outcome }, includes),
    eventTypes,
    sample: { input: {}, output: sampleOf(eventTypes[0] ?? '', title, outcome) },
  });
}

function sampleOf(eventType: string, displayMessage: string, result = 'SUCCESS'): EventItem {
  return itemOf({ ...logEventSample, eventType, displayMessage, outcome: { result, reason: null } });
}
