import { isDeepStrictEqual } from 'node:util';
import type { ScimAttributes } from '../store/store.ts';
import { isJsonObject } from '../value.ts';

type Values = Record<string, unknown>;

/**
 * What a resource becomes once its values depend on each other as they should: nothing empty, one primary value in each list, and
 * the whole name as its parts say.
 * @param before as it was, undefined for a new one.
 */
export function derived(wanted: Readonly<Values>, before: ScimAttributes | undefined): Values {
  const made: Values = {};
  for (const [name, value] of Object.entries(wanted)) {
    if (value === null || value === undefined || (name === 'externalId' && value === '')) continue;
    made[name] = Array.isArray(value) ? onePrimary(value, before?.[name]) : value;
  }
  if (isJsonObject(made.name)) made.name = wholeName(made.name, before?.name);
  return made;
}

/** The latest primary value takes it from the others. */
function onePrimary(list: unknown[], before: unknown): unknown[] {
  const isPrimary = (one: unknown) => isJsonObject(one) && one.primary === true;
  if (list.filter(isPrimary).length < 2) return list;
  const old = Array.isArray(before) ? before.filter(isPrimary) : [];
  const fresh = list.find((one) => isPrimary(one) && !old.some((other) => isDeepStrictEqual(one, other)));
  const winner = fresh ?? list.find(isPrimary);
  return list.map((one) => (isPrimary(one) && one !== winner ? { ...(one as Values), primary: false } : one));
}

const PARTS = ['honorificPrefix', 'givenName', 'middleName', 'familyName', 'honorificSuffix'];

/** Okta sends back the whole name that it was given, also when the parts are new. */
function wholeName(name: Readonly<Values>, before: unknown): Values {
  if (!isJsonObject(before) || name.formatted === undefined || name.formatted !== before.formatted)
    return name;
  if (PARTS.every((part) => name[part] === before[part])) return name;
  const formatted = PARTS.flatMap((part) => name[part] ?? []).join(' ');
  const { formatted: _, ...parts } = name;
  return formatted === '' ? parts : { ...parts, formatted };
}

/** Paths of the attributes that differ. */
export function changedPaths(before: ScimAttributes, after: ScimAttributes): string[] {
  return differences(before, after).flatMap((name) => {
    const [old, now] = [before[name], after[name]];
    const isParted = (value: unknown) => value === undefined || isJsonObject(value);
    if (!isParted(old) || !isParted(now)) return [name];
    const [was, is] = [(old ?? {}) as Values, (now ?? {}) as Values];
    const separator = name.includes(':') ? ':' : '.';
    return differences(was, is).map((sub) => `${name}${separator}${sub}`);
  });
}

const differences = (one: Readonly<Values>, other: Readonly<Values>): string[] =>
  [...new Set([...Object.keys(one), ...Object.keys(other)])].filter(
    (name) => !isDeepStrictEqual(one[name], other[name]),
  );
