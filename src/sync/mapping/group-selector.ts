import { RE2JS } from 're2js';
import type { OktaGroup } from './mapping.ts';
import type { MappingData } from './schema.ts';

type SelectorData = NonNullable<MappingData['rules']>[number]['group'];

/** Recognizes groups. */
export interface GroupSelector {
  /**
   * What a pattern matched: the whole, then its parentheses; empty for a selector by name or id. Undefined if the group is
   * another one.
   */
  select(group: OktaGroup): readonly string[] | undefined;
  /** How many parentheses the pattern has; undefined without a pattern. */
  parentheses?: number;
}

const plain = (name: string) => name.trim().toLowerCase();

/** How a selector is called in errors. */
export const selectorName = (data: SelectorData): string =>
  `"${typeof data === 'string' ? data : (data.matches ?? data.name)}"`;

/**
 * Recognizes groups by id, name or pattern. A pattern runs in linear time (RE2): a backtracking engine can hang for minutes at
 * a short name. It never means a built-in group unless it says so: Everyone has all users.
 * @param report told what is wrong with it.
 */
export function groupSelector(data: SelectorData, report: (problem: string) => void): GroupSelector {
  const { name, matches, type } =
    typeof data === 'string' ? { name: data, matches: undefined, type: undefined } : data;
  if (name !== undefined && matches === undefined) {
    return {
      select: ({ id, type: own, profile }) => {
        const isNamed = id === name || plain(profile.name ?? '') === plain(name);
        return isNamed && (type === undefined || own === type) ? [] : undefined;
      },
    };
  }
  if (matches === undefined || name !== undefined) report('give either name or matches');
  const pattern = matches === undefined ? undefined : patternOf(matches, report);
  if (!pattern) return { select: () => undefined };
  const parentheses = pattern.groupCount();
  return {
    parentheses,
    select({ type: own, profile }) {
      if (type === undefined ? own === 'BUILT_IN' : own !== type) return undefined;
      const matcher = pattern.matcher((profile.name ?? '').trim());
      if (!matcher.find()) return undefined;
      return Array.from({ length: parentheses + 1 }, (_, at) => matcher.group(at) ?? '');
    },
  };
}

function patternOf(text: string, report: (problem: string) => void): RE2JS | undefined {
  try {
    return RE2JS.compile(text, RE2JS.CASE_INSENSITIVE);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace('error parsing regexp: ', '') : 'not valid';
    report(
      `the regular expression cannot be used: ${reason}; look-around and back-references are not supported`,
    );
    return undefined;
  }
}

/** Does some work once for each group: the engine reads a group once for many users. */
export function oncePerGroup<T>(work: (group: OktaGroup) => T): (group: OktaGroup) => T {
  const results = new WeakMap<OktaGroup, { result: T }>();
  return (group) => {
    const known = results.get(group);
    if (known) return known.result;
    const result = work(group);
    results.set(group, { result });
    return result;
  };
}

/** Whether any of these selectors means the group. */
export const isIn = (selectors: readonly GroupSelector[], group: OktaGroup) =>
  selectors.some((selector) => selector.select(group) !== undefined);
