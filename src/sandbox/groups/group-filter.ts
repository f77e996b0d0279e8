import { oktaError } from '../errors.ts';
import { type Attribute, compileFilter, type Dialect, type Predicate } from '../filter/compile.ts';
import { FilterSyntaxError, parseFilter } from '../filter/parse.ts';
import type { Org } from '../org.ts';
import { attributeOf, type Schema } from '../schemas/attribute.ts';
import type { Group } from './group-store.ts';

type Operators = Attribute<Group>['operators'];
const text: Operators = new Set(['eq', 'sw', 'pr']);
const searchableText: Operators = new Set([...text, 'co']);
const moments: Operators = new Set(['eq', 'gt', 'ge', 'lt', 'le']);
const equality: Operators = new Set(['eq']);

export function groupSearch(org: Org, expression: string): Predicate<Group> {
  return compile(expression, {
    negation: false,
    caseSensitive: false,
    attribute: (path) => groupAttribute(org, path),
  });
}

export function groupFilter(expression: string): Predicate<Group> {
  const attribute = (path: string) => {
    if (path === 'lastUpdated' || path === 'lastMembershipUpdated') return date(path);
    if (path === 'id' || path === 'type') return { read: (group: Group) => group[path], operators: equality };
    return undefined;
  };
  return compile(expression, { negation: false, caseSensitive: true, attribute });
}

export function groupAttribute(org: Org, path: string): Attribute<Group> | undefined {
  if (path === 'created' || path === 'lastUpdated' || path === 'lastMembershipUpdated') return date(path);
  if (path === 'id' || path === 'type') return { read: (group) => group[path], operators: text };
  if (!path.startsWith('profile.')) return undefined;
  const name = path.slice('profile.'.length);
  if (!attributeOf(org.groupSchema as Schema, name)) return undefined;
  const operators = name === 'name' || name === 'description' ? searchableText : text;
  return { read: (group) => group.profile[name], operators };
}

/** Whether a lookup by `q` finds the group. */
export function nameStarts(group: Group, q: string): boolean {
  return String(group.profile.name).toLowerCase().startsWith(q.toLowerCase());
}

function date(path: 'created' | 'lastUpdated' | 'lastMembershipUpdated'): Attribute<Group> {
  return { read: (group) => group[path], type: 'date', operators: moments };
}

function compile(expression: string, dialect: Dialect<Group>): Predicate<Group> {
  try {
    return compileFilter(parseFilter(expression), dialect);
  } catch (error) {
    if (error instanceof FilterSyntaxError) throw oktaError('E0000031', '', [error.message]);
    throw error;
  }
}
