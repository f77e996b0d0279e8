import { z } from 'zod';
import { defineTrigger, type ResourceDefinition, type TriggerDefinition } from '../../../define.ts';
import { app } from '../../../resources/app/resource.ts';
import { docsOf } from '../../../resources/docs.ts';
import { group } from '../../../resources/group/resource.ts';
import { logEventSample } from '../../../resources/log/log-event.ts';
import { ref } from '../../../resources/reference.ts';
import { user } from '../../../resources/user/resource.ts';
import { field } from '../../../schema/fields.ts';
import { adminRole } from './admin-role.ts';
import { type EventItem, eventItem, itemOf } from './event-item.ts';
import { areHookable } from './hookable.ts';
import { included } from './include.ts';
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
  /** The only outcome that the trigger fires for. */
  outcome?: 'SUCCESS' | 'FAILURE';
  /** The affected object, whose current state an item can include. */
  includes?: ResourceDefinition;
  /** Objects of the event by which it can be chosen. */
  narrowedBy?: readonly About[];
  /** The event says which administrator roles there are afterwards. */
  tellsRoles?: boolean;
}

const { outcome: _, ...choosable } = conditionFields;

/** The objects of an event by which it can be chosen. */
type About = 'user' | 'group' | 'app';

const ABOUT = { user, group, app };

/** Only events about one object. */
const about = (key: About) =>
  ref(ABOUT[key], {
    description: `Only events about this ${key}: ${ABOUT[key].names?.words ?? 'Id'}.`,
  }).optional();

interface Inputs {
  eventTypes: readonly string[];
  includes: ResourceDefinition | undefined;
  narrowedBy: readonly About[];
  tellsRoles: boolean;
}

const inputOf = ({ eventTypes, includes, narrowedBy, tellsRoles }: Inputs) =>
  z.strictObject({
    ...(narrowedBy.includes('group') ? { group: about('group') } : {}),
    ...(narrowedBy.includes('app') ? { app: about('app') } : {}),
    ...(narrowedBy.includes('user') ? { user: about('user') } : {}),
    ...(tellsRoles ? { role: adminRole } : {}),
    ...choosable,
    since,
    ...(areHookable(eventTypes) ? { reconcile } : {}),
    ...(includes
      ? {
          include: field(
            z.boolean().default(false),
            `Include ${includes.key}`,
            `Read the whole ${includes.key} for each item.`,
            true,
          ),
        }
      : {}),
  });

/** A trigger for one kind of event: fixed System Log event types, instant if an event hook can deliver them. */
export function logTrigger<const K extends string>({
  key,
  resource,
  title,
  description,
  eventTypes,
  outcome,
  includes,
  narrowedBy = [],
  tellsRoles = false,
}: LogTrigger<K>): TriggerDefinition<ReturnType<typeof inputOf>, typeof eventItem> & { key: K } {
  return defineTrigger({
    key,
    resource,
    title,
    description,
    docsUrl: docsOf('SystemLog', 'listLogEvents'),
    scopes: ['okta.logs.read', ...(includes?.scopes ?? [])],
    kind: 'polling',
    input: inputOf({ eventTypes, includes, narrowedBy, tellsRoles }),
    output: eventItem,
    source: logSource({ eventTypes, outcome }, ({ include }) =>
      includes && include === true ? (context, item) => included(includes, context, item) : undefined,
    ),
    eventTypes,
    sample: { input: {}, output: sampleOf(eventTypes[0] ?? '', title, outcome) },
  });
}

function sampleOf(eventType: string, displayMessage: string, result = 'SUCCESS'): EventItem {
  return itemOf({ ...logEventSample, eventType, displayMessage, outcome: { result, reason: null } });
}
