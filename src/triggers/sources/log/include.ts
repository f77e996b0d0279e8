import type { ActionContext, ResourceDefinition } from '../../../define.ts';
import { isOktaError, type OktaError } from '../../../errors/errors.ts';
import { identified } from '../../../resources/answers.ts';
import type { EventItem } from './event-item.ts';

/** Adds the whole object (user, group) that the item is about, as it is now; null where there is none any more. */
export async function included(
  { key, one = '' }: ResourceDefinition,
  context: ActionContext,
  item: EventItem,
): Promise<EventItem> {
  const [, param = ''] = /\{(\w+)\}/.exec(one) ?? [];
  const id = item[param];
  // "me" is the admin of the connection, whatever an odd event means by it.
  if (typeof id !== 'string' || id === '' || id === 'me') return { ...item, [key]: null };
  try {
    const params = { [param]: id };
    const { json } = await context.call({ method: 'GET', path: one, params, answer: identified });
    return { ...item, [key]: json };
  } catch (error) {
    if (!isOktaError(error) || !isAboutId(id, error)) throw error;
    if (error.status !== 404)
      context.notice(`The ${key} of event ${item.id} cannot be read: ${error.message}`);
    return { ...item, [key]: null };
  }
}

const OKTA_ID = /^0[A-Za-z0-9]{19}$/;

/** True when the id itself is at fault, which no repetition changes: nothing has it, or it is none of Okta's. */
const isAboutId = (id: string, { status, code }: OktaError): boolean =>
  status === 404 || (!OKTA_ID.test(id) && (code === 'validation_failed' || code === 'invalid_input'));
