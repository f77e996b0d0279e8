import { createHash } from 'node:crypto';
import { didYouMean } from '../../errors/did-you-mean.ts';
import { InputError } from '../../errors/errors.ts';
import { describeIssues } from '../../errors/issues.ts';
import { canonical } from '../../schema/record.ts';
import type { Row } from '../change.ts';
import { compileFields, type FieldContext } from './fields.ts';
import { groupSelector, isIn, oncePerGroup, selectorName } from './group-selector.ts';
import { type Lookup, lookupOf } from './lookup.ts';
import type { Mapping, OktaGroup } from './mapping.ts';
import { ACTIVE_STATUSES, GROUP_PATHS, GROUP_PRESET, USER_PATHS, USER_PRESET } from './preset.ts';
import { rulesOf } from './rules.ts';
import { type MappingData, mappingSchema } from './schema.ts';
import { rowOf, type UserKind } from './user-row.ts';

/** Part of every fingerprint: raise it when the same mapping gives other rows than before. */
const VERSION = 1;

/** Told each problem, with the member that has it. */
type Report = (where: string, problem: string) => void;

/**
 * Makes a mapping ready to use; `{}` and undefined are the preset.
 * @throws InputError naming everything that is wrong with it, each with its member, field or rule.
 */
export function compileMapping(input: unknown): Mapping {
  const data = parseMappingInput(input);
  // A part that several profiles share is compiled for each.
  const problems = new Set<string>();
  const report: Report = (where, problem) => void problems.add(`${where}: ${problem}`);
  const lookup = lookupsOf(data, report);
  const user = { preset: USER_PRESET, paths: USER_PATHS, lookup };
  const kinds = (data.profiles ?? [undefined]).map((_, at) => kindOf(data, at, user, report));
  const groups = groupsOf(data, { preset: GROUP_PRESET, paths: GROUP_PATHS, lookup }, report);
  const match = matchOf(data, kinds, report);
  if (problems.size > 0) throw notValid([...problems]);
  const scoped = data.scope && 'groups' in data.scope ? data.scope.groups : [];
  const scope = scoped.map((name) => groupSelector(name, () => {}));
  const active = new Set<string>(data.active ?? ACTIVE_STATUSES);
  return {
    fingerprint: fingerprintOf(data),
    scope: data.scope ?? 'all',
    match,
    useOf(group) {
      const mirrored = groups.includes(group);
      const isNeeded = isIn(scope, group) || kinds.some((kind) => kind.needs(group));
      return { mirrored, members: mirrored || isNeeded };
    },
    fields: [...new Set(kinds.flatMap(({ names }) => names))].sort(),
    usesGroups: kinds.some(({ fits, rules }) => fits !== undefined || rules.usesGroups),
    userRow: (user, facts, onMiss) => rowOf(kinds, active, user, facts, onMiss),
    groupRow(group) {
      const row: Row = {};
      groups.fields.fill(group, row, undefined, undefined);
      return row;
    },
  };
}

const notValid = (causes: string[]) =>
  new InputError('The mapping cannot be used', {
    causes,
    hint: 'docs/sync-mapping.md has every setting, with examples.',
  });

/** The mapping with the right shape. @throws InputError naming each member that is wrong. */
export function parseMappingInput(input: unknown = {}): MappingData {
  const parsed = mappingSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw notValid(describeIssues(parsed.error, mappingSchema));
}

/** What can change rows. The preset is part of it, as a later version may have another one. */
function fingerprintOf({ $schema: _schema, match: _match, ...data }: MappingData): string {
  const preset = [USER_PRESET, GROUP_PRESET, ACTIVE_STATUSES];
  return createHash('sha256')
    .update(canonical([VERSION, preset, data]))
    .digest('base64url');
}

/** The profile at a position, or what a mapping without profiles has: what is stated for all, and what it adds. */
function kindOf(data: MappingData, at: number, context: FieldContext, report: Report): UserKind {
  const own = data.profiles?.[at];
  const place = `profiles.${at}`;
  if (own && data.profiles?.findIndex(({ name }) => name === own.name) !== at) {
    report(place, `the name ${own.name} is given twice`);
  }
  const preset = (own?.preset ?? data.preset) === false ? {} : context.preset;
  leavesOut(data.fields, context.preset, 'fields', report);
  leavesOut(own?.fields, { ...context.preset, ...data.fields }, `${place}.fields`, report);
  const fields = compileFields({ ...data.fields, ...own?.fields }, { ...context, preset }, (name, problem) =>
    report(`${own?.fields && Object.hasOwn(own.fields, name) ? `${place}.` : ''}fields.${name}`, problem),
  );
  const shared = data.rules ?? [];
  const list = [...shared, ...(own?.rules ?? [])];
  const rules = rulesOf(list, { ...data.defaults, ...own?.defaults }, (rule, problem) => {
    const { group } = list[rule] as (typeof list)[number];
    const where = rule < shared.length ? `rules.${rule}` : `${place}.rules.${rule - shared.length}`;
    report(`${where} (group ${selectorName(group)})`, problem);
  });
  const when = own?.when?.groups.map((group, index) =>
    groupSelector(group, (problem) => report(`${place}.when.groups.${index}`, problem)),
  );
  const fits = when && oncePerGroup((group) => isIn(when, group));
  const names = [...new Set([...fields.names, ...rules.fields])];
  const required = [...new Set([...(data.required ?? []), ...(own?.required ?? [])])];
  for (const name of required.filter((one) => !names.includes(one))) {
    const where = own?.required?.includes(name) ? `${place}.required` : 'required';
    report(
      where,
      `there is no field ${name}${own ? ` in the profile ${own.name}` : ''}${didYouMean(name, names)}`,
    );
  }
  const needs = (group: OktaGroup) => fits?.(group) === true || rules.needs(group);
  return { ...{ name: own?.name, fits, names, fields, required, rules, needs } };
}

/** Null leaves a field out that would be there otherwise; of any other name it is a mistake that would show too much. */
function leavesOut(fields: MappingData['fields'], from: object, where: string, report: Report): void {
  for (const [name, data] of Object.entries(fields ?? {})) {
    if (data === null && !Object.hasOwn(from, name)) {
      report(
        `${where}.${name}`,
        `null leaves a field out, but there is none${didYouMean(name, Object.keys(from))}`,
      );
    }
  }
}

function groupsOf({ groups = {} }: MappingData, context: FieldContext, report: Report) {
  const selectors = (name: 'include' | 'exclude') =>
    groups[name]?.map((group, at) =>
      groupSelector(group, (problem) => report(`groups.${name}.${at}`, problem)),
    );
  const [include, exclude = []] = [selectors('include'), selectors('exclude')];
  const preset = groups.preset === false ? {} : context.preset;
  leavesOut(groups.fields, context.preset, 'groups.fields', report);
  const fields = compileFields(groups.fields ?? {}, { ...context, preset }, (name, problem) =>
    report(`groups.fields.${name}`, problem),
  );
  return {
    fields,
    includes(group: OktaGroup): boolean {
      if (isIn(exclude, group)) return false;
      if (group.type === 'BUILT_IN') return groups.everyone === true || isIn(include ?? [], group);
      return include === undefined || isIn(include, group);
    },
  };
}

/** The tables of a mapping, each compiled once for each length that names are cut to. */
function lookupsOf({ lookups = {} }: MappingData, report: Report): FieldContext['lookup'] {
  const done = new Map<string, Lookup | undefined>();
  const compiled = (name: string, maxLength: number | undefined, tell: (problem: string) => void) => {
    const table = lookups[name];
    if (typeof table !== 'object') return undefined;
    const key = JSON.stringify([name, maxLength]);
    if (done.has(key)) return done.get(key);
    done.set(key, undefined);
    try {
      done.set(key, lookupOf(Object.entries(table), maxLength));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      for (const cause of error.causes) tell(cause);
    }
    return done.get(key);
  };
  for (const [name, table] of Object.entries(lookups)) {
    const tell = (problem: string) => report(`lookups.${name}`, problem);
    if (typeof table === 'string') {
      tell('a table in another file can only be used by a mapping in a file; write the table here instead');
    }
    compiled(name, undefined, tell);
  }
  return (name, maxLength, tell) => {
    if (!Object.hasOwn(lookups, name)) {
      tell(`there is no table ${name} in lookups${didYouMean(name, Object.keys(lookups))}`);
      return undefined;
    }
    return compiled(name, maxLength, (problem) => tell(`lookup ${name}: ${problem}`));
  };
}

const OKTA_ID = 'externalId';

function matchOf(data: MappingData, kinds: readonly UserKind[], report: Report): string[] {
  const names = [OKTA_ID, ...kinds.flatMap((kind) => kind.names)];
  const keys = data.match ?? [OKTA_ID, 'login', 'email'].filter((name) => names.includes(name));
  const given = [data, ...(data.profiles ?? [])];
  for (const [at, name] of keys.entries()) {
    if (!names.includes(name)) report('match', `there is no field ${name}${didYouMean(name, names)}`);
    if (keys.indexOf(name) !== at) report('match', `${name} is given twice`);
    const isCut = given.some(({ fields }) => {
      const source = fields?.[name];
      return typeof source === 'object' && source !== null && 'maxLength' in source;
    });
    if (isCut) report('match', `${name} is cut to a length, so two people could look the same`);
  }
  return keys;
}
