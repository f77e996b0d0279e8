import { type Filter, parse } from 'scim2-parse-filter';
import { badRequest, ScimError, type ScimErrorType, shownText } from '../error.ts';

/** A comparison of one attribute. */
export type Comparison = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'lt' | 'ge' | 'le';
export type Scalar = string | number | boolean | null;

/** A filter of RFC 7644, section 3.4.2.2. */
export type ScimFilter =
  | { op: 'and' | 'or'; filters: readonly ScimFilter[] }
  | { op: 'not'; filter: ScimFilter }
  | { op: '[]'; path: string; filter: ScimFilter }
  | { op: 'pr'; path: string }
  | { op: Comparison; path: string; value: Scalar };

/** The longest filter, in characters, and how deep it may nest. */
export const MAX_FILTER = 8_192;
export const MAX_FILTER_DEPTH = 32;

/** The last one may not end: so that no position is tried twice. */
const STRING = /"(?:[^"\\]|\\[\s\S])*(?:"|$)/g;

/** Stands for the `$` of `$ref`, which the library does not know; no name has it. */
const DOLLAR = '_%';

/**
 * Reads a filter. Texts in quotes are JSON strings; the library reads them otherwise, so it sees numbers in their place.
 * @throws ScimError `invalidFilter`, for one that is too long or too deep as well.
 */
export function parseScimFilter(text: string, scimType: ScimErrorType = 'invalidFilter'): ScimFilter {
  if (text.length > MAX_FILTER) {
    throw badRequest(scimType, `The filter is longer than ${MAX_FILTER} characters`);
  }
  const strings: string[] = [];
  const bare = text
    .replaceAll(STRING, (string) =>
      string.length > 1 && string.endsWith('"') ? `"${strings.push(stringOf(string)) - 1}"` : string,
    )
    .replaceAll('$', DOLLAR);
  try {
    return own(read(bare, scimType), strings);
  } catch (error) {
    if (error instanceof ScimError) throw error;
    throw badRequest(
      scimType,
      `The filter ${shownText(text)} cannot be read: ${reasonOf(error)}. Write it like userName eq "ana@acme.test"`,
    );
  }
}

/** Filters without their texts: clients ask few questions, each of many people. */
const known = new Map<string, Filter>();
const MAX_KNOWN = 200;
const MAX_KNOWN_LENGTH = 200;

function read(bare: string, scimType: ScimErrorType): Filter {
  const found = known.get(bare);
  if (found) return found;
  assertFlat(bare, scimType);
  const filter = parse(bare);
  if (bare.length <= MAX_KNOWN_LENGTH) {
    if (known.size === MAX_KNOWN) known.clear();
    known.set(bare, filter);
  }
  return filter;
}

/** A backslash that begins no escape stands for itself: `"ACME\user"`. */
function stringOf(literal: string): string {
  try {
    return JSON.parse(literal) as string;
  } catch {
    return literal.slice(1, -1).replaceAll('\\"', '"');
  }
}

/** The library recurses at each bracket and each `not`. */
function assertFlat(bare: string, scimType: ScimErrorType): void {
  let [depth, nots] = [0, 0];
  for (const [token] of bare.matchAll(/[([\])]|\bnot\b/gi)) {
    if (token === '(' || token === '[') depth += 1;
    else if (token === ')' || token === ']') depth -= 1;
    else nots += 1;
    if (depth > MAX_FILTER_DEPTH || nots > MAX_FILTER_DEPTH) {
      throw badRequest(scimType, `The filter nests deeper than ${MAX_FILTER_DEPTH} levels`);
    }
  }
}

const reasonOf = (error: unknown) => shownText((error as Error).message).slice(1, -1);

const pathOf = ({ attrPath }: { attrPath: string }) => attrPath.replaceAll(DOLLAR, '$');

function own(filter: Filter, strings: readonly string[]): ScimFilter {
  switch (filter.op) {
    case 'and':
    case 'or':
      return { op: filter.op, filters: filter.filters.map((one) => own(one, strings)) };
    case 'not':
      return { op: 'not', filter: own(filter.filter, strings) };
    case '[]':
      return { op: '[]', path: pathOf(filter), filter: own(filter.valFilter, strings) };
    case 'pr':
      return { op: 'pr', path: pathOf(filter) };
    default: {
      const { op, compValue } = filter;
      return {
        op,
        path: pathOf(filter),
        value: typeof compValue === 'string' ? (strings[Number(compValue)] as string) : compValue,
      };
    }
  }
}
