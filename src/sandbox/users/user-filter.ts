import { oktaError } from '../errors.ts';
import { type Attribute, compileFilter, type Dialect, type Predicate } from '../filter/compile.ts';
import { FilterSyntaxError, parseFilter } from '../filter/parse.ts';
import type { Org } from '../org.ts';
import { attributeOf } from '../schemas/attribute.ts';
import type { User } from './user.ts';

type Operators = Attribute<User>['operators'];
const dates = new Set(['created', 'activated', 'statusChanged', 'lastUpdated'] as const);
const searchOperators: Operators = new Set(['eq', 'gt', 'ge', 'lt', 'le', 'sw', 'pr']);
const containsOperators: Operators = new Set([...searchOperators, 'co']);
const containable = new Set(['firstName', 'lastName', 'email', 'login']);
const equality: Operators = new Set(['eq']);
const moments: Operators = new Set(['eq', 'gt', 'ge', 'lt', 'le']);
const filterable = new Set(['login', 'email', 'firstName', 'lastName']);

/** `search` covers all attributes, through the index. */
export function searchPredicate(org: Org, expression: string): Predicate<User> {
  return compile(expression, {
    negation: false,
    caseSensitive: false,
    attribute: (path) => searchAttribute(org, path),
  });
}

/** `filter` covers few attributes, but is always current. */
export function filterPredicate(expression: string): Predicate<User> {
  return compile(expression, { negation: false, caseSensitive: true, attribute: filterAttribute });
}

export function searchAttribute(org: Org, path: string): Attribute<User> | undefined {
  if (path.startsWith('profile.')) {
    const name = path.slice('profile.'.length);
    if (![...org.userSchemas.values()].some((schema) => attributeOf(schema, name))) return undefined;
    const operators = containable.has(name) ? containsOperators : searchOperators;
    return { read: (user) => user.profile[name], operators };
  }
  return topLevel(path, searchOperators, searchOperators);
}

function filterAttribute(path: string): Attribute<User> | undefined {
  if (path === 'id' || path === 'status' || path === 'lastUpdated') return topLevel(path, equality, moments);
  const name = path.startsWith('profile.') ? path.slice('profile.'.length) : '';
  return filterable.has(name) ? { read: (user) => user.profile[name], operators: equality } : undefined;
}

function topLevel(path: string, operators: Operators, dateOperators: Operators): Attribute<User> | undefined {
  for (const date of dates)
    if (path === date) return { read: (user) => user[date], type: 'date', operators: dateOperators };
  if (path === 'id') return { read: (user) => user.id, operators };
  if (path === 'status') return { read: (user) => user.status, operators };
  return path === 'type.id' ? { read: (user) => user.typeId, operators } : undefined;
}

function compile(expression: string, dialect: Dialect<User>): Predicate<User> {
  try {
    return compileFilter(parseFilter(expression), dialect);
  } catch (error) {
    if (error instanceof FilterSyntaxError) throw oktaError('E0000031', '', [error.message]);
    throw error;
  }
}
