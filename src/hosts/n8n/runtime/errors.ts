import { type INode, type JsonObject, NodeApiError, NodeOperationError } from 'n8n-workflow';
import { InputError, OktaError, RateLimitError } from '../../../errors/errors.ts';
import { unsaidCauses } from '../../../errors/unsaid-causes.ts';
import { hintOf, plainError } from '../../errors.ts';

/** What happened and what to do, under the message. */
function descriptionOf(error: OktaError): string {
  const wait =
    error instanceof RateLimitError && error.retryAfterMs !== undefined
      ? `Okta has no room for another ${Math.ceil(error.retryAfterMs / 1000)} s. Switch on "Retry On Fail" in the settings of the node, or raise "Longest Rate Limit Wait" in its options.`
      : '';
  return [...unsaidCauses(error), hintOf(error), wait].filter(Boolean).join(' ');
}

/** The typed error as the item of a failed run. */
export function errorItem(error: unknown): JsonObject {
  if (!(error instanceof OktaError)) return { message: (error as Error).message };
  return plainError(error) as JsonObject;
}

/** An error as n8n shows it. */
export function nodeError(node: INode, error: unknown, itemIndex?: number): Error {
  if (!(error instanceof OktaError)) {
    return error instanceof NodeApiError || error instanceof NodeOperationError
      ? error
      : new NodeOperationError(node, error as Error, { itemIndex });
  }
  const { message } = error;
  const description = descriptionOf(error);
  if (error instanceof InputError) {
    return new NodeOperationError(node, message, { description, itemIndex });
  }
  const shown = new NodeApiError(node, errorItem(error), {
    ...{ description, itemIndex },
    httpCode: error.status === undefined ? undefined : String(error.status),
  });
  // n8n puts a text of its own in place of one that holds the name of a network error.
  shown.message = message;
  return shown;
}
