import type { ActionContext } from '../../define.ts';
import { expression } from '../../resources/expression.ts';
import { isRecord } from '../../schema/record.ts';
import { parseUrl } from '../../text/url.ts';

/** A failure in the System Log. */
export interface FailedEvent {
  published: string;
  eventType: string;
  result: string;
  reason: string;
  /** Login of the actor. */
  login: string | undefined;
  actorId: string | undefined;
  isOfApp: boolean;
  /** The redirect URI that was sent, where Okta tells it. */
  redirectUri: string | undefined;
}

const DAY_MS = 24 * 3_600_000;
/** The newest are enough to see a pattern. */
const MOST = 100;

/** Whose failures. */
interface Whose {
  appId: string | undefined;
  userId: string | undefined;
  /** ISO 8601; a day ago if undefined. */
  since: string | undefined;
}

/** The failures of an app, a user, or both, newest first. */
export async function failedEvents(
  context: ActionContext,
  { appId, userId, since }: Whose,
): Promise<FailedEvent[]> {
  const now = context.clock.now();
  const from = since === undefined ? now - DAY_MS : Date.parse(since);
  const of = [
    ...(appId === undefined ? [] : [expression({ attribute: 'target.id', operator: 'eq', value: appId })]),
    ...(userId === undefined ? [] : [expression({ attribute: 'actor.id', operator: 'eq', value: userId })]),
  ];
  const failed = ['FAILURE', 'DENY'].map((value) =>
    expression({ attribute: 'outcome.result', operator: 'eq', value }),
  );
  const query = {
    since: new Date(from).toISOString(),
    until: new Date(now).toISOString(),
    filter: `(${of.join(' or ')}) and (${failed.join(' or ')})`,
    sortOrder: 'DESCENDING',
    limit: MOST,
  };
  const events: FailedEvent[] = [];
  // One page: a list of events is not checked, because one odd event must not hide the others.
  for await (const one of context.list({ method: 'GET', path: '/api/v1/logs', query }, MOST)) {
    if (isRecord(one) && !isOfOtherApp(one, appId)) events.push(failedEvent(one, appId));
  }
  return events;
}

/** When a user signed in to Okta after a time, as the System Log has it; undefined if not. */
export async function signedInAfter(
  context: ActionContext,
  userId: string,
  time: string,
): Promise<string | undefined> {
  const is = (attribute: string, value: string) => expression({ attribute, operator: 'eq', value });
  const query = {
    since: time,
    until: new Date(context.clock.now()).toISOString(),
    filter: [
      is('actor.id', userId),
      is('eventType', 'user.session.start'),
      is('outcome.result', 'SUCCESS'),
    ].join(' and '),
    sortOrder: 'DESCENDING',
    limit: 1,
  };
  for await (const one of context.list({ method: 'GET', path: '/api/v1/logs', query }, 1)) {
    if (isRecord(one) && typeof one.published === 'string') return one.published;
  }
  return undefined;
}

const targetsOf = ({ target }: Record<string, unknown>) =>
  Array.isArray(target) ? target.filter(isRecord) : [];

/** What the user met at other apps says nothing of this one. */
function isOfOtherApp(event: Record<string, unknown>, appId: string | undefined): boolean {
  const apps = targetsOf(event).filter(({ type }) => type === 'AppInstance');
  return appId !== undefined && apps.length > 0 && apps.every(({ id }) => id !== appId);
}

function failedEvent(event: Record<string, unknown>, appId: string | undefined): FailedEvent {
  const at = (...path: string[]): unknown =>
    path.reduce<unknown>((found, name) => (isRecord(found) ? found[name] : undefined), event);
  const text = (...path: string[]) => {
    const found = at(...path);
    return typeof found === 'string' ? found : undefined;
  };
  return {
    published: text('published') ?? '',
    eventType: text('eventType') ?? '',
    result: text('outcome', 'result') ?? '',
    reason: text('outcome', 'reason') ?? '',
    login: text('actor', 'alternateId'),
    actorId: text('actor', 'id'),
    isOfApp: targetsOf(event).some(({ id }) => id === appId && appId !== undefined),
    redirectUri:
      text('debugContext', 'debugData', 'redirectUri') ?? sentIn(text('debugContext', 'debugData', 'url')),
  };
}

const sentIn = (url: string | undefined): string | undefined =>
  url === undefined
    ? undefined
    : (parseUrl(url, 'https://okta.invalid')?.searchParams.get('redirect_uri') ?? undefined);
