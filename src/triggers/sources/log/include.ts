import type { ActionContext, ResourceDefinition } from '../../../define.ts';
import { type ErrorCode, isOktaError, type OktaError } from '../../../errors/errors.ts';
import { isOktaId } from '../../../http/path.ts';
import { identified } from '../../../resources/answers.ts';
import { inSentence } from '../../../schema/labels.ts';
import { type EventItem, partiesOf } from './event-item.ts';

/** The member of an item that has an object of this kind: `user`, `accessRequest`. */
const memberOf = ({ key }: ResourceDefinition): string =>
  key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/**
 * Adds the current state of the object (user, group, policy ...) that the item is about; null if it no longer exists or cannot
 * be read, with the reason in `unread`.
 * @throws OktaError where another try, or another right, would give the object.
 */
export async function included(
  resource: ResourceDefinition,
  context: ActionContext,
  item: EventItem,
): Promise<EventItem> {
  const { title, one = '', logged = [], forms } = resource;
  const [member, what] = [memberOf(resource), inSentence(title)];
  const without = (unread: string): EventItem => ({ ...item, [member]: null, unread });
  const [, param = ''] = /\{(\w+)\}/.exec(one) ?? [];
  const id =
    item[param] ??
    partiesOf((item.event as EventItem['event'] | null)?.target).find(({ type }) =>
      logged.includes(type ?? ''),
    )?.id;
  // In a path, "me" would be the admin of the connection.
  if (typeof id !== 'string' || id === '' || id === 'me') return without(`The event names no ${what}.`);
  const path = forms ? forms.find((form) => form.id.test(id))?.one : one;
  if (path === undefined)
    return without(`The event names the ${what} by an id that Okta's API does not take.`);
  try {
    const { json } = await context.call({
      method: 'GET',
      path,
      params: { [param]: id },
      answer: identified,
    });
    return { ...item, [member]: json };
  } catch (error) {
    if (!isOktaError(error) || !(isAboutId(id, error) || (forms && REFUSED.has(error.code)))) throw error;
    if (error.status === 404) return without(`No ${what} has this id.`);
    context.notice(`The ${what} of event ${item.id} cannot be read: ${error.message}`);
    return without([error.message, error.hint].filter(Boolean).join('. '));
  }
}

/** True if the id itself is at fault, so that a retry is pointless: no object has it, or it is not an Okta id. */
const isAboutId = (id: string, { status, code }: OktaError): boolean =>
  status === 404 || (!isOktaId(id) && (code === 'validation_failed' || code === 'invalid_input'));

/** What can differ by the form of an id, and no later try changes. */
const REFUSED: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  ...(['insufficient_scope', 'permission_denied', 'feature_unavailable', 'not_supported'] as const),
  ...(['validation_failed', 'invalid_input', 'unexpected_response'] as const),
]);
