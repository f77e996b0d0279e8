import { invalid } from '../errors.ts';
import { compileValue } from '../group-objects/rule-expression.ts';
import type { Json } from '../json.ts';
import type { Org } from '../org.ts';
import type { User } from '../users/user.ts';
import type { App } from './app-store.ts';

/** How an expression of Identity Engine takes the names of groups. */
const groupsByName = /^user\.getGroups\(\{'group\.profile\.name': ?\{'((?:[^']|'')*)'\}\}\)\.!\[name\]$/;

/**
 * What an expression has for a user of an app: for groups, their names.
 * @throws Refusal E0000001 for a text that is no expression; NotComputed.
 */
export function claimValue(org: Org, app: App, user: User, expression: string): unknown {
  const [, pattern] = groupsByName.exec(expression.trim()) ?? [];
  if (pattern !== undefined)
    return groupNames(org, user, { filterType: 'REGEX', filterValue: pattern.replaceAll("''", "'") });
  const { userName, profile = {} } = org.apps.assignmentOf(app, user) ?? {};
  return compileValue(expression)({
    profile: { ...user.profile, id: user.id, status: user.status },
    appProfile: { ...profile, userName },
    groups: () => [...org.groups.ofUser(user.id)].map((group) => ({ id: group.id, name: nameOf(group) })),
  });
}

/** The same as texts; none for null. */
export function claimValues(org: Org, app: App, user: User, expression: string): string[] {
  const found = claimValue(org, app, user, expression);
  return (Array.isArray(found) ? found : [found])
    .filter((one) => one !== null && one !== undefined)
    .map(String);
}

const filters: Readonly<Record<string, (name: string, wanted: string) => boolean>> = {
  STARTS_WITH: (name, wanted) => name.startsWith(wanted),
  EQUALS: (name, wanted) => name === wanted,
  CONTAINS: (name, wanted) => name.includes(wanted),
  REGEX: (name, wanted) => regexOf(wanted).test(name),
};

/** The names of a user's groups that a filter lets through. @throws Refusal E0000001 for a filter that is none */
export function groupNames(org: Org, user: User, { filterType, filterValue }: Json): string[] {
  const fits = filters[String(filterType)];
  if (!fits) throw invalid('filterType', `filterType: Expected one of ${Object.keys(filters).join(', ')}`);
  return [...org.groups.ofUser(user.id)].map(nameOf).filter((name) => fits(name, String(filterValue ?? '')));
}

const nameOf = ({ profile }: { profile: { name?: unknown } }): string => String(profile.name);

/** Okta compares the whole name. */
function regexOf(source: string): RegExp {
  try {
    return new RegExp(`^(?:${source})$`);
  } catch {
    throw invalid('filterValue', 'filterValue: not a regular expression');
  }
}
