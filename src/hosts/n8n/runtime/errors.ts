import { type INode, type JsonObject, NodeApiError, NodeOperationError } from 'n8n-workflow';
import { InputError, OktaError, RateLimitError } from '../../../errors/errors.ts';

/** Hints of the core that name its command line, as they read in n8n. */
const IN_N8N: readonly [RegExp, string][] = [
  [/Run "okta-connector login"\.?/, 'Open the credential in n8n and connect it again.'],
  [/: run "okta-connector check"\.?/, ': test the credential in n8n.'],
  [/"okta-connector describe [^"]*" shows the fields\.?/, 'Check the fields of the node.'],
  [/"okta-connector fields" lists/, 'The list of attributes in the node has'],
];

const hintOf = ({ hint = '' }: OktaError) =>
  IN_N8N.reduce((text, [pattern, instead]) => text.replace(pattern, instead), hint);

/** What happened and what to do, under the message. */
function descriptionOf(error: OktaError): string {
  const wait =
    error instanceof RateLimitError && error.retryAfterMs !== undefined
      ? `Okta has no room for another ${Math.ceil(error.retryAfterMs / 1000)} s. Switch on "Retry On Fail" in the settings of the node, or raise "Longest Rate Limit Wait" in its options.`
      : '';
  return [...error.causes, hintOf(error), wait].filter(Boolean).join(' ');
}

/** The typed error as the item of a failed run. */
export function errorItem(error: unknown): JsonObject {
  if (!(error instanceof OktaError)) return { message: (error as Error).message };
  const { hint, ...rest } = error.toJSON();
  return JSON.parse(JSON.stringify({ ...rest, hint: hint === undefined ? undefined : hintOf(error) }));
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
