import type { ActionContext, ResourceDefinition } from '../../../define.ts';
import { isOktaError, type OktaError } from '../../../errors/errors.ts';
import { identified } from '../../../resources/answers.ts';
import type { EventItem } from './event-item.ts';

/** Adds the current state of the object (user, group) that the item is about; null if it no longer exists. */
export async function included(
  { key, one = '' }: ResourceDefinition,
  context: ActionContext,
  item: EventItem,
): Promise<EventItem> {
  const [, param = ''] = /\{(\w+)\}/.exec(one) ?? [];
  const id = item[param];
  // In a path, "me" would be the admin of the connection.
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

/** True if the id itself is at fault, so that a retry is pointless: no object has it, or it is not an Okta id. */
const isAboutId = (id: string, { status, code }: OktaError): boolean =>
  status === 404 || (!OKTA_ID.test(id) && (code === 'validation_failed' || code === 'invalid_input'));
