import { badRequest, shownText } from '../error.ts';
import { parseScimFilter, type ScimFilter } from '../filter/parse.ts';
import { entryOf } from '../resource/clean.ts';
import { Selection } from '../resource/selection.ts';

/** What a list is asked for. */
export interface ListQuery {
  filter: ScimFilter | undefined;
  sortBy: string | undefined;
  isDescending: boolean;
  /** From 1. */
  startIndex: number;
  count: number;
  selection: Selection;
}

/** How many resources a page has unless asked, and at most. */
export const DEFAULT_COUNT = 100;
export const MAX_COUNT = 1_000;

/** Reads a query from the parameters of a URL, or from the body of a search. @throws ScimError for values of another type. */
export function listQuery(parameters: Readonly<Record<string, unknown>>): ListQuery {
  const read = (name: string) => entryOf(parameters, name) ?? undefined;
  const filter = textOf(read('filter'), 'filter');
  const sortBy = textOf(read('sortBy'), 'sortBy');
  const order = (textOf(read('sortOrder'), 'sortOrder') ?? 'ascending').toLowerCase();
  if (order !== 'ascending' && order !== 'descending') {
    throw badRequest('invalidValue', `sortOrder is ${shownText(order)}; it must be ascending or descending`);
  }
  return {
    filter: filter === undefined ? undefined : parseScimFilter(filter),
    sortBy,
    isDescending: order === 'descending',
    startIndex: Math.max(integerOf(read('startIndex'), 'startIndex') ?? 1, 1),
    count: Math.min(Math.max(integerOf(read('count'), 'count') ?? DEFAULT_COUNT, 0), MAX_COUNT),
    selection: selectionOf(parameters),
  };
}

/** `attributes` and `excludedAttributes`. */
export function selectionOf(parameters: Readonly<Record<string, unknown>>): Selection {
  const [only, except] = ['attributes', 'excludedAttributes'].map((name) => {
    const value = entryOf(parameters, name) ?? [];
    return [value]
      .flat()
      .flatMap((one) => {
        if (typeof one === 'string') return one.split(',');
        throw badRequest('invalidValue', `${name} must be names of attributes`);
      })
      .map((one) => one.trim())
      .filter((one) => one !== '');
  });
  return new Selection(only, except);
}

function textOf(value: unknown, name: string): string | undefined {
  if (value === undefined || typeof value === 'string') return value === '' ? undefined : value;
  throw badRequest('invalidValue', `${name} must be a text`);
}

function integerOf(value: unknown, name: string): number | undefined {
  if (value === undefined || value === '') return undefined;
  const number = typeof value === 'string' ? Number(value) : value;
  if (typeof number === 'number' && Number.isSafeInteger(number)) return number;
  throw badRequest('invalidValue', `${name} must be a whole number`);
}

/**
 * The parameters of a URL. A plus sign is a blank only for clients that write blanks so: Okta writes %20, and a plus stays one.
 * @throws ScimError `invalidValue` for broken percent encoding.
 */
export function urlParameters(search: string): Record<string, string> {
  const hasBlanks = /%20/.test(search);
  const decode = (text: string) => {
    try {
      return decodeURIComponent(hasBlanks ? text : text.replaceAll('+', ' '));
    } catch {
      throw badRequest('invalidValue', 'The query of the URL is not encoded as UTF-8 with percent signs');
    }
  };
  const entries = search
    .replace(/^\?/, '')
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const at = part.indexOf('=');
      return at < 0 ? [decode(part), ''] : [decode(part.slice(0, at)), decode(part.slice(at + 1))];
    });
  return Object.fromEntries(entries);
}
