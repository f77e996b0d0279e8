import { badRequest, shownText } from '../error.ts';
import type { ScimAttribute } from '../schema/attribute.ts';
import { type AttributePlace, named, type ScimSchemas } from '../schema/schemas.ts';
import { foldCase, type ScimType } from '../store/store.ts';
import type { Comparison, Scalar, ScimFilter } from './parse.ts';

type Values = Readonly<Record<string, unknown>>;

/** True for what a filter selects. */
export type Matches = (value: Values) => boolean;

/** Where an attribute of a filter is: how its values are read, and how they compare. */
interface Operand {
  attribute: ScimAttribute;
  /** @param primaryFirst the primary value of a list goes before the others. */
  values(of: Values, primaryFirst?: boolean): unknown[];
}

/** How the paths of a filter are understood. */
interface Names {
  operand(path: string): Operand | undefined;
  /** A list or an object, for a filter in brackets. */
  list?(path: string): Operand | undefined;
}

/**
 * Makes a filter of a resource a predicate.
 * @throws ScimError `invalidFilter` for an attribute that the type does not have, and a comparison that its type does not allow.
 */
export function resourcePredicate(schemas: ScimSchemas, type: ScimType, filter: ScimFilter): Matches {
  return predicate(filter, {
    operand: (path) => operandOf(schemas, type, path),
    list(path) {
      const place = schemas.place(type, path);
      return place?.attribute?.subAttributes && !place.sub
        ? {
            attribute: place.attribute,
            values: (of) => present(holderOf(of, place)[place.attribute?.name ?? '']),
          }
        : undefined;
    },
  });
}

/** The same for the objects of a list, as in `emails[type eq "work"]`. */
export function elementPredicate(list: ScimAttribute, filter: ScimFilter): Matches {
  return predicate(filter, {
    operand(path) {
      const attribute = named(list.subAttributes ?? [], path);
      return attribute && { attribute, values: (element) => present(element[attribute.name]) };
    },
  });
}

/** The operand of a path; an object without a sub-attribute is its `value`. */
export function operandOf(schemas: ScimSchemas, type: ScimType, path: string): Operand | undefined {
  const place = schemas.place(type, path);
  // What is never returned cannot be guessed by filters either.
  if (!place?.attribute || place.attribute.returned === 'never') return undefined;
  const { attribute, sub } = place;
  const last = sub ?? named(attribute.subAttributes ?? [], 'value');
  return {
    attribute: last ?? attribute,
    values(of, primaryFirst = false) {
      const all = present(holderOf(of, place)[attribute.name]);
      const own = primaryFirst ? all.toSorted((one, other) => rank(one) - rank(other)) : all;
      return last ? own.flatMap((one) => present((one as Values)[last.name])) : own;
    },
  };
}

const rank = (one: unknown) => ((one as Values).primary === true ? 0 : 1);

const holderOf = (of: Values, { extension }: AttributePlace): Values =>
  extension === undefined ? of : ((of[extension] ?? {}) as Values);

const present = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];

function predicate(filter: ScimFilter, names: Names): Matches {
  const known = (path: string, find = names.operand): Operand => {
    const found = find?.(path);
    if (!found) throw badRequest('invalidFilter', `There is no attribute ${shownText(path)} to filter by`);
    return found;
  };
  switch (filter.op) {
    case 'and': {
      const all = filter.filters.map((one) => predicate(one, names));
      return (value) => all.every((one) => one(value));
    }
    case 'or': {
      const all = filter.filters.map((one) => predicate(one, names));
      return (value) => all.some((one) => one(value));
    }
    case 'not': {
      const inner = predicate(filter.filter, names);
      return (value) => !inner(value);
    }
    case '[]': {
      const list = known(filter.path, names.list ?? (() => undefined));
      const inner = elementPredicate(list.attribute, filter.filter);
      return (value) => list.values(value).some((element) => inner(element as Values));
    }
    case 'pr': {
      const { values } = known(filter.path);
      return (value) => values(value).some((one) => one !== '');
    }
    default: {
      const { attribute, values } = known(filter.path);
      const compare = comparison(attribute, filter.op, filter.value, filter.path);
      // `ne` is true where there is nothing: RFC 7644 has no third value. `eq null` asks for nothing.
      if (filter.value === null) return (value) => (values(value).length === 0) === (filter.op === 'eq');
      if (filter.op === 'ne') return (value) => !values(value).some(compare);
      return (value) => values(value).some(compare);
    }
  }
}

const ORDER: ReadonlySet<Comparison> = new Set(['gt', 'ge', 'lt', 'le']);
const PARTS: ReadonlySet<Comparison> = new Set(['co', 'sw', 'ew']);

/** Compares one value, for `ne` as `eq`. */
function comparison(
  { type, caseExact = false }: ScimAttribute,
  op: Comparison,
  wanted: Scalar,
  path: string,
): (value: unknown) => boolean {
  const refuse = (why: string) => badRequest('invalidFilter', `${path} ${op}: ${why}`);
  if (wanted === null) {
    if (op === 'eq' || op === 'ne') return () => false;
    throw refuse('null has no order and no parts');
  }
  if (type === 'complex') throw refuse('name one of its sub-attributes');
  if (type === 'boolean') {
    if (op !== 'eq' && op !== 'ne') throw refuse('true and false have no order and no parts');
    const truth = String(wanted).toLowerCase();
    if (truth !== 'true' && truth !== 'false') throw refuse('it is compared with true or false');
    return (value) => value === (truth === 'true');
  }
  if (type === 'integer' || type === 'decimal') {
    if (PARTS.has(op)) throw refuse('a number has no parts');
    const number = Number(wanted);
    if (Number.isNaN(number) || wanted === '') throw refuse('it is compared with a number');
    return (value) => ordered(op, (value as number) - number);
  }
  if (type === 'dateTime' && !PARTS.has(op)) {
    const time = Date.parse(String(wanted));
    if (Number.isNaN(time)) throw refuse('it is compared with a time like 2026-11-28T09:00:00Z');
    return (value) => ordered(op, Date.parse(value as string) - time);
  }
  if (type === 'binary' && ORDER.has(op)) throw refuse('binary data has no order');
  const fold = caseExact ? (text: string) => text : foldCase;
  const text = fold(String(wanted));
  return (value) => textMatches(op, fold(String(value)), text);
}

function textMatches(op: Comparison, value: string, wanted: string): boolean {
  if (op === 'co') return value.includes(wanted);
  if (op === 'sw') return value.startsWith(wanted);
  if (op === 'ew') return value.endsWith(wanted);
  return ordered(op, value < wanted ? -1 : value > wanted ? 1 : 0);
}

function ordered(op: Comparison, difference: number): boolean {
  if (op === 'gt') return difference > 0;
  if (op === 'ge') return difference >= 0;
  if (op === 'lt') return difference < 0;
  if (op === 'le') return difference <= 0;
  return difference === 0;
}
