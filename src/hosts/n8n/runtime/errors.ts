import { ExpressionError, type INode, type JsonObject, NodeApiError, NodeOperationError } from 'n8n-workflow';
import { InputError, isInputError, isOktaError, type OktaError } from '../../../errors/errors.ts';
import { unsaidCauses } from '../../../errors/unsaid-causes.ts';
import { hintOf, plainError } from '../../errors.ts';

/** Texts behind each other; some of Okta's end as sentences do, others don't. */
export const inSentences = (...texts: (string | undefined)[]): string =>
  texts
    .flatMap((text) => (text ? [text] : []))
    .map((text) => (/[.!?]$/.test(text) ? text : `${text}.`))
    .join(' ');

/** What happened and what to do, under the message. */
function descriptionOf(error: OktaError): string {
  const wait =
    error.code === 'rate_limited' && error.retryAfterMs !== undefined
      ? `Okta has no room for another ${Math.ceil(error.retryAfterMs / 1000)} s. Raise "Longest Rate Limit Wait" in the options of the node to more than that; "Retry On Fail" of n8n gives up after 20 s.`
      : '';
  return inSentences(...unsaidCauses(error), hintOf(error), wait);
}

/** The typed error as the item of a failed run. */
export function errorItem(error: unknown): JsonObject {
  if (isOktaError(error)) return plainError(error) as JsonObject;
  const { message } = error as Error;
  // What n8n itself says of a field: an expression that fails, a value of the wrong type.
  if (error instanceof ExpressionError || error instanceof NodeOperationError) {
    return plainError(new InputError(inSentences(message, error.description ?? ''))) as JsonObject;
  }
  return { message };
}

/** An error as n8n shows it. */
export function nodeError(node: INode, error: unknown, itemIndex?: number): Error {
  if (!isOktaError(error)) {
    return error instanceof NodeApiError || error instanceof NodeOperationError
      ? error
      : new NodeOperationError(node, error as Error, { itemIndex });
  }
  const { message } = error;
  const description = descriptionOf(error);
  if (isInputError(error)) {
    return new NodeOperationError(node, message, { description, itemIndex });
  }
  const shown = new NodeApiError(node, errorItem(error), {
    ...{ description, itemIndex },
    httpCode: error.status === undefined ? undefined : String(error.status),
  });
  // n8n puts a text of its own in place of one that holds the name of a network error.
  shown.message = message;
  // Without a description it says the message twice.
  shown.description = description || null;
  return shown;
}

/** An error of a trigger. When an activation fails, n8n 1 shows message or description: here all is in the message. */
export function triggerError(node: INode, error: unknown): Error {
  const shown = nodeError(node, error) as NodeApiError | NodeOperationError;
  shown.message = inSentences(shown.message, shown.description ?? '');
  shown.description = null;
  return shown;
}
