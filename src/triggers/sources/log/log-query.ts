import { z } from 'zod';
import { InputError } from '../../../errors/errors.ts';
import { eventType } from '../../../resources/event-type/resource.ts';
import { expression } from '../../../resources/expression.ts';
import type { LogEvent } from '../../../resources/log/log-event.ts';
import { only, refs } from '../../../resources/reference.ts';
import { field } from '../../../schema/fields.ts';
import { isRecord } from '../../../schema/record.ts';
import { type AdminRole, tellsRole } from './admin-role.ts';
import { type ChangeInput, tellsChange } from './changes.ts';
import { type Concerned, concerns } from './concerned.ts';

/** Conditions supported by both the System Log and event hooks. */
export const conditionFields = {
  outcome: field(
    z
      .enum([
        'SUCCESS',
        'FAILURE',
        'SKIPPED',
        'ALLOW',
        'DENY',
        'CHALLENGE',
        'UNKNOWN',
        'RATE_LIMIT',
        'DEFERRED',
        'SCHEDULED',
        'ABANDONED',
        'UNANSWERED',
      ])
      .optional(),
    'Outcome',
    'Only events with this outcome.',
    'FAILURE',
  ),
  actor: field(
    z.string().min(1).max(300).optional(),
    'Actor',
    'Id or login of the actor.',
    'ana.ruiz@acme.test',
  ),
  target: field(
    z.string().min(1).max(300).optional(),
    'Target',
    'Id or login of the affected object.',
    '00g1abcdefghijklmnop',
  ),
  ipAddress: field(
    z.string().min(1).max(45).optional(),
    'IP address',
    'Only events from this address.',
    '203.0.113.9',
  ),
};

/** Conditions supported by the System Log only. */
export const searchFields = {
  expression: only(
    'polling',
    field(
      z.string().min(1).optional(),
      'Filter expression',
      "Raw expression in Okta's filter language; must hold in addition to the other conditions.",
      'severity eq "WARN"',
    ),
  ),
  keyword: only(
    'polling',
    field(
      z.string().min(1).max(400).optional(),
      'Keywords',
      'Up to ten words, all of which must occur.',
      'phishing',
    ),
  ),
};

export const eventTypesField = refs(
  eventType,
  field(
    z.array(z.string().regex(/^[\w.-]+$/, 'must be an event type like user.lifecycle.create')),
    'Event types',
    'Event types, from the catalogue or typed; if omitted, all.',
    ['user.lifecycle.create'],
  ),
);

/** Conditions that Okta does not document a filter for, so that events are chosen here. */
export interface ToldConditions extends ChangeInput {
  /** Administrator role that the event must tell. */
  role?: AdminRole;
  /** User whom the event must be about, whom its targets may not name. */
  concerned?: Concerned;
}

/** Whether the input has a condition on what events tell. */
export const asksForTold = ({ role, concerned, changed, from, to }: ToldConditions): boolean =>
  concerned?.place === 'request' || [role, changed, from, to].some((one) => one !== undefined);

/** Whether an event tells what is asked for. */
export const isTold = (event: LogEvent, { role, concerned, ...change }: ToldConditions): boolean =>
  (role === undefined || tellsRole(event, role)) &&
  (concerned === undefined || concerns(event, concerned)) &&
  tellsChange(event, change);

export interface Conditions extends ToldConditions {
  eventTypes?: readonly string[];
  outcome?: string;
  actor?: string;
  target?: string;
  ipAddress?: string;
  /** Ids of objects; the event must have all of them as targets. */
  targets?: readonly string[];
  /** Id of the transaction that the event belongs to. */
  transaction?: string;
  expression?: string;
  keyword?: string;
}

const MAX_KEYWORDS = 10;
const MAX_KEYWORD_LENGTH = 40;

/**
 * The conditions as query parameters of the System Log.
 * @throws InputError for more or longer keywords than Okta accepts.
 * @see https://developer.okta.com/docs/reference/system-log-query/
 */
export function logParameters(conditions: Conditions): { filter?: string; q?: string } {
  const {
    eventTypes = [],
    outcome,
    actor,
    target,
    targets = [],
    ipAddress,
    keyword,
    transaction,
    concerned,
  } = conditions;
  const equals = (attribute: string, value: string) => expression({ attribute, operator: 'eq', value });
  const who = (name: string, value: string) =>
    `(${equals(`${name}.id`, value)} or ${equals(`${name}.alternateId`, value)})`;
  const types = eventTypes.map((type) => equals('eventType', type)).join(' or ');
  const parts = [
    types && (eventTypes.length > 1 ? `(${types})` : types),
    outcome && equals('outcome.result', outcome),
    actor && who('actor', actor),
    target && who('target', target),
    ...targets.map((id) => equals('target.id', id)),
    concerned?.place === 'actor' &&
      `(${equals('target.id', concerned.id)} or ${equals('actor.id', concerned.id)})`,
    ipAddress && equals('client.ipAddress', ipAddress),
    transaction && equals('transaction.id', transaction),
    conditions.expression && `(${conditions.expression})`,
  ].filter(Boolean);
  const words = keyword?.split(/\s+/).filter(Boolean) ?? [];
  if (words.length > MAX_KEYWORDS || words.some((word) => word.length > MAX_KEYWORD_LENGTH)) {
    throw new InputError(
      `keyword: Okta accepts up to ${MAX_KEYWORDS} words of up to ${MAX_KEYWORD_LENGTH} characters`,
    );
  }
  return { filter: parts.join(' and ') || undefined, q: words.join(' ') || undefined };
}

/** Tests a value if it is a string; a value of another type counts as a match, a missing one does not. */
const may = (value: unknown, is: (text: string) => boolean): boolean =>
  typeof value === 'string' ? is(value) : value !== undefined && value !== null;

/**
 * Whether an event meets the conditions, for events that Okta has not filtered (event hooks). A malformed event is excluded
 * only on the basis of its readable parts, so that it is not lost.
 */
export function matches(
  event: LogEvent,
  { eventTypes, outcome, actor, target, targets: ids = [], ipAddress, ...told }: Conditions,
): boolean {
  if (!isRecord(event)) return true;
  const has = (part: unknown, name: string, is: (text: string) => boolean) =>
    isRecord(part) ? may(part[name], is) : part !== undefined && part !== null;
  const is = (wanted: string, party: unknown) =>
    has(party, 'id', (id) => id === wanted) ||
    has(party, 'alternateId', (login) => login.toLowerCase() === wanted.toLowerCase());
  const { eventType, target: targets } = event;
  return (
    (!eventTypes?.length || typeof eventType !== 'string' || eventTypes.includes(eventType)) &&
    (outcome === undefined || has(event.outcome, 'result', (result) => result === outcome)) &&
    (actor === undefined || is(actor, event.actor)) &&
    (target === undefined ||
      (Array.isArray(targets) ? targets.some((one) => is(target, one)) : is(target, targets))) &&
    ids.every((id) => [targets].flat().some((one) => has(one, 'id', (text) => text === id))) &&
    isTold(event, told) &&
    (ipAddress === undefined || has(event.client, 'ipAddress', (address) => address === ipAddress))
  );
}
