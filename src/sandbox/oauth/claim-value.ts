import { compileValue } from '../group-objects/rule-expression.ts';
import type { Json } from '../json.ts';
import { NamedRefusal } from './errors.ts';

type Subject = Parameters<ReturnType<typeof compileValue>>[0];

const maximumGroups = 100;

/** The names of a user's groups, as Identity Engine's expressions give them. */
const groupNames = /^user\.getGroups\(\{'group\.profile\.name':\s*\{'((?:[^']|'')*)'\}\}\)\.!\[name\]$/;

/**
 * The value of a claim for a user; undefined if there is none.
 * @throws NamedRefusal for more groups than a token may have; any error for an expression that the sandbox does not compute.
 */
export function claimValue({ valueType, value, group_filter_type: filter }: Json, subject: Subject): unknown {
  const text = String(value);
  if (valueType === 'GROUPS') return groupsOf(subject, filters[String(filter)]?.(text) ?? (() => false));
  if (valueType === 'SYSTEM') return undefined;
  const pattern = groupNames.exec(text.trim())?.[1];
  if (pattern !== undefined) return groupsOf(subject, whole(pattern.replace(/''/g, "'")));
  return compileValue(text)(subject);
}

type Fits = (name: string) => boolean;

const whole = (pattern: string): Fits => {
  const regex = new RegExp(`^(?:${pattern})$`);
  return (name) => regex.test(name);
};

const filters: Readonly<Record<string, (text: string) => Fits>> = {
  STARTS_WITH: (text) => (name) => name.startsWith(text),
  EQUALS: (text) => (name) => name === text,
  CONTAINS: (text) => (name) => name.includes(text),
  REGEX: whole,
};

function groupsOf({ groups }: Subject, fits: Fits): string[] | undefined {
  const names = groups().flatMap(({ name }) => (fits(name) ? [name] : []));
  if (names.length > maximumGroups)
    throw new NamedRefusal(
      ...(['too_many_groups_in_groups_claim', 400, 'server_error'] as const),
      'The groups claim matched too many groups and must be configured to match fewer groups.',
    );
  return names.length > 0 ? names : undefined;
}
