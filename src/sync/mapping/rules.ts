import { canonical } from '../../schema/record.ts';
import type { Row } from '../change.ts';
import { fieldNameProblem } from './fields.ts';
import { type GroupSelector, groupSelector, oncePerGroup, selectorName } from './group-selector.ts';
import type { Assignment, OktaGroup } from './mapping.ts';
import type { MappingData } from './schema.ts';

type RuleData = NonNullable<MappingData['rules']>[number];
type GivenData = NonNullable<MappingData['defaults']>;

/** What a user has from rules and defaults. */
interface Given {
  assignments: Assignment[];
  /** Fields that rules set. */
  set: Row;
  isInactive: boolean;
  /** True if rules say `only`, and none of them fits. */
  isLeftOut: boolean;
  /** A default was not given, because a group may be missing. */
  isWaiting: boolean;
}

/** Compiled rules and defaults. */
export interface Rules {
  usesGroups: boolean;
  /** Names of fields that rules set. */
  fields: readonly string[];
  needs(group: OktaGroup): boolean;
  given(groups: readonly OktaGroup[], isSettled: boolean): Given;
}

/** What a member of one group has from one rule. */
interface Gift {
  at: number;
  assignments: readonly Assignment[];
  set: Row;
}

const assignmentsOf = (given: GivenData = {}): Assignment[] =>
  Object.entries(given).flatMap(([type, values]) => [values].flat().map((value) => ({ type, value })));

/**
 * Compiles rules and defaults.
 * @param report told each problem, with the number of the rule that has it.
 */
export function rulesOf(
  list: readonly RuleData[],
  defaults: GivenData,
  report: (rule: number, problem: string) => void,
): Rules {
  const rules = list.map((data, at) => {
    const tell = (problem: string) => report(at, problem);
    const selector = groupSelector(data.group, tell);
    checkRule(data, selector, tell);
    return { ...data, selector };
  });
  const only = new Set(rules.flatMap(({ only: is }, at) => (is ? at : [])));
  const managed = new Set(rules.flatMap(({ assign = {} }) => Object.keys(assign)));
  const giftsOf = oncePerGroup((group) => rules.flatMap((rule, at) => gift(rule, rule.selector, group, at)));
  return {
    usesGroups: rules.length > 0,
    fields: [...new Set(rules.flatMap(({ set = {} }) => Object.keys(set)))],
    needs: (group) => giftsOf(group).length > 0,
    given(groups, isSettled) {
      const given = groups.flatMap(giftsOf).sort((one, other) => one.at - other.at);
      const assignments = given.flatMap((one) => one.assignments);
      const types = new Set(assignments.map(({ type }) => type));
      let isWaiting = false;
      for (const [type, values] of Object.entries(defaults)) {
        if (types.has(type)) continue;
        if (managed.has(type) && !isSettled) isWaiting = true;
        else assignments.push(...assignmentsOf({ [type]: values }));
      }
      return {
        assignments: sorted(assignments),
        set: Object.assign({}, ...given.map((one) => one.set).reverse()) as Row,
        isInactive: given.some(({ at }) => rules[at]?.active === false),
        isLeftOut: only.size > 0 && !given.some(({ at }) => only.has(at)),
        isWaiting,
      };
    },
  };
}

function gift(rule: RuleData, selector: GroupSelector, group: OktaGroup, at: number): Gift | [] {
  const found = selector.select(group);
  if (!found) return [];
  const filled = <T>(value: T) => fill(value, found);
  return {
    at,
    assignments: assignmentsOf(rule.assign)
      .map(({ type, value }) => ({ type, value: filled(value) }))
      .filter(({ value }) => value !== ''),
    set: Object.fromEntries(Object.entries(rule.set ?? {}).map(([name, value]) => [name, filled(value)])),
  };
}

/** `$1` is what the first parentheses matched, `$$` a dollar sign. Only patterns have any. */
const REFERENCE = /\$(\$|\d)/g;

const fill = <T>(value: T, found: readonly string[]): T =>
  typeof value === 'string' && found.length > 0
    ? (value.replace(REFERENCE, (_, to: string) => (to === '$' ? '$' : (found[Number(to)] ?? ''))) as T)
    : value;

/** Each once, by type and value. */
function sorted(assignments: readonly Assignment[]): Assignment[] {
  const byText = new Map(assignments.map((one) => [canonical([one.type, one.value]), one]));
  return [...byText].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, one]) => one);
}

function checkRule(
  { group, assign, set, active, only }: RuleData,
  { parentheses }: GroupSelector,
  report: (problem: string) => void,
): void {
  if (assign === undefined && set === undefined && active === undefined && only === undefined) {
    report('it does nothing; give assign, set, active or only');
  }
  for (const name of Object.keys(set ?? {})) {
    const problem = fieldNameProblem(name);
    if (problem) report(`set: ${name}: ${problem}`);
  }
  if (parentheses === undefined) return;
  const values = [...assignmentsOf(assign).map(({ value }) => value), ...Object.values(set ?? {})];
  for (const text of values.filter((one) => typeof one === 'string')) {
    const highest = Math.max(0, ...[...text.matchAll(REFERENCE)].map(([, to]) => Number(to) || 0));
    if (highest > parentheses) {
      report(
        `"${text}" refers to $${highest}, but ${selectorName(group)} has ${parentheses} pairs of parentheses`,
      );
    }
  }
}
