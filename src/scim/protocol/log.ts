import { redact } from '../../errors/redact.ts';

/** One call of the API, without a value of anybody. */
export interface ScimLogEntry {
  /** ISO 8601. */
  at: string;
  method: string;
  path: string;
  /** Parameters that the API knows; the values of a filter are `"…"`. */
  query?: Record<string, string>;
  status: number;
  durationMs: number;
  /** Why it was refused, in the RFC's keyword. */
  scimType?: string;
  /** Attributes that no schema knows. */
  ignored?: string[];
  /** What failed in this server. */
  error?: string;
}

const SHOWN = ['filter', 'startIndex', 'count', 'sortBy', 'sortOrder', 'attributes', 'excludedAttributes'];
const MAX_TEXT = 500;

/** Parameters as the log shows them. */
export function shownQuery(
  parameters: Readonly<Record<string, unknown>>,
): Record<string, string> | undefined {
  const entries = SHOWN.flatMap((name) => {
    const value = parameters[name];
    if (value === undefined || value === '') return [];
    const text = (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, MAX_TEXT);
    return [[name, name === 'filter' ? shownFilter(text) : text]];
  });
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

/** Values with quotes, and those that lack them. */
const shownFilter = (text: string) =>
  text
    .replaceAll(/"(?:[^"\\]|\\[\s\S])*(?:"|$)/g, '"…"')
    .replaceAll(/\b(eq|ne|co|sw|ew|gt|ge|lt|le)(\s+)(?!"…"|true\b|false\b|null\b)[^\s)\]]+/gi, '$1$2…');

/** A path, of a URL or of an attribute, as the log shows it. */
export const shownPath = (path: string): string => path.slice(0, MAX_TEXT).replaceAll(/[\p{Cc}]/gu, ' ');

/** The failure of something else than the request. */
export const shownError = (error: unknown): string =>
  redact(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
