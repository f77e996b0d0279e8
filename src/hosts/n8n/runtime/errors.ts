import { ExpressionError, type INode, type JsonObject, NodeApiError, NodeOperationError } from 'n8n-workflow';
import { InputError, isInputError, isOktaError, type OktaError } from '../../../errors/errors.ts';
import { inSentences } from '../../../errors/sentences.ts';
import { unsaidCauses } from '../../../errors/unsaid-causes.ts';
import { hintOf, plainError } from '../../errors.ts';

/** The description below the message: what happened and what to do. */
function descriptionOf(error: OktaError): string {
  const wait =
    error.code === 'rate_limited' && error.retryAfterMs !== undefined
      ? `Okta's rate limit requires a wait of ${Math.ceil(error.retryAfterMs / 1000)} s. Set "Longest Rate Limit Wait" in the node's options to more than that; n8n's "Retry On Fail" gives up after 20 s.`
      : '';
  return inSentences(...unsaidCauses(error), hintOf(error), wait);
}

/** The typed error as the item of a failed run. */
export function errorItem(error: unknown): JsonObject {
  if (isOktaError(error)) return plainError(error) as JsonObject;
  const { message } = error as Error;
  // n8n's own error about a field: a failing expression or a value of the wrong type.
  if (error instanceof ExpressionError || error instanceof NodeOperationError) {
    return plainError(new InputError(inSentences(message, error.description ?? ''))) as JsonObject;
  }
  return { message };
}

/** Converts an error for display in n8n. */
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
  // n8n replaces a message that contains the name of a network error with its own text.
  shown.message = message;
  // Without a description, n8n shows the message twice.
  shown.description = description || null;
  return shown;
}

/** An error of a trigger. When an activation fails, n8n 1 shows only one of message and description: put all in the message. */
export function triggerError(node: INode, error: unknown): Error {
  const shown = nodeError(node, error) as NodeApiError | NodeOperationError;
  shown.message = inSentences(shown.message, shown.description ?? '');
  shown.description = null;
  return shown;
}
