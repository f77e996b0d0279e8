import type { CallToolResult } from '@modelcontextprotocol/server';
import { isOktaError, OktaError } from '../../errors/errors.ts';
import { redact } from '../../errors/redact.ts';
import { plainError } from '../errors.ts';
import { fitting } from './shorten.ts';
import type { McpHost } from './types.ts';

/** Bytes of JSON in one answer: a third of what the strictest clients take. */
export const ANSWER_BYTES = 32_000;

/** Characters that people do not see but models read, and those that would end a line of a log. */
const UNSEEN = /[\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu;

/**
 * JSON without invisible characters, which are escaped. It is the only copy: without an output schema, models of most clients
 * read the text, and structured content beside it would double the answer.
 */
export function textAnswer(value: unknown): CallToolResult {
  const text = JSON.stringify(value).replace(UNSEEN, (seen) =>
    [...Array(seen.length).keys()]
      .map((at) => `\\u${seen.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join(''),
  );
  return { content: [{ type: 'text', text }] };
}

/** One result; what is too large is cut, and that is said first. */
export function resultAnswer({ client }: McpHost, result: unknown): CallToolResult {
  const { value, cut } = fitting(result ?? null, ANSWER_BYTES);
  const why = 'long texts and lists were cut';
  return textAnswer({ ...(cut ? { partial: true, why } : {}), org: client.orgUrl, result: value });
}

/** An error that no client can take for success. Anything unforeseen says nothing about its insides. */
export function toolError({ client }: McpHost, error: unknown): CallToolResult {
  const known = isOktaError(error)
    ? error
    : new OktaError(redact(error instanceof Error ? error.message : String(error)), {
        code: 'internal_error',
        actor: 'caller',
      });
  return { ...textAnswer({ error: plainError(known), org: client.orgUrl }), isError: true };
}
