import { grouped } from '../../text/grouped.ts';
import { badRequest, ScimError, shownText } from '../error.ts';
import { assertFew, clean, passwordOf } from '../resource/clean.ts';
import type { ScimAttribute } from '../schema/attribute.ts';
import { named, type ScimSchemas } from '../schema/schemas.ts';
import type { ScimAttributes, ScimType } from '../store/store.ts';
import { isJsonObject } from '../value.ts';
import { changeMembers, type MemberChange, noMemberChange } from './members.ts';
import type { PatchOperation } from './operations.ts';
import { equalities, type PatchTarget, patchTarget } from './path.ts';

type Values = Record<string, unknown>;

/** What a PATCH makes of a resource. */
export interface Patched {
  attributes: Values;
  members: MemberChange;
  password: string | undefined;
  /** What no schema knows, in values without a path. */
  ignored: string[];
}

/**
 * Applies operations in order to the attributes of a resource, which stay as they are.
 * @throws ScimError `invalidPath`, `invalidValue`, `mutability` or `noTarget`: then nothing of the PATCH counts.
 */
export function patched(
  schemas: ScimSchemas,
  type: ScimType,
  attributes: ScimAttributes,
  operations: readonly PatchOperation[],
): Patched {
  const result: Patched = {
    ...{ attributes: structuredClone(attributes) as Values, members: noMemberChange() },
    ...{ password: undefined, ignored: [] },
  };
  for (const operation of operations) apply(schemas, type, result, operation);
  return result;
}

function apply(schemas: ScimSchemas, type: ScimType, result: Patched, operation: PatchOperation): void {
  const { op, path, value, isLoose } = operation;
  const target = patchTarget(schemas, type, path);
  if (!target) {
    if (!isLoose) throw badRequest('invalidPath', `There is no attribute ${shownText(path)}`);
    result.ignored.push(path);
    return;
  }
  const { extension, attribute, sub } = target;
  if (!attribute) {
    applyToExtension(schemas, type, result, operation, extension as string);
    return;
  }
  if (attribute.mutability === 'readOnly' || sub?.mutability === 'readOnly') {
    if (!isLoose) throw badRequest('mutability', `${shownText(path)} is written by the server alone`);
    return;
  }
  const own = extension === undefined ? attribute.name : undefined;
  if (own === 'password') {
    result.password = op === 'remove' ? undefined : passwordOf(value);
    return;
  }
  // Nobody is activated by a null: Entra sends it for what it does not know.
  if (own === 'active' && op !== 'remove' && value === null) return;
  if (type === 'Group' && own === 'members') {
    changeMembers(result.members, operation, target);
    return;
  }
  const holder =
    extension === undefined ? result.attributes : ({ ...(result.attributes[extension] as Values) } as Values);
  const made = changed(
    declared(attribute, holder[attribute.name]),
    operation,
    target,
    attribute,
    result.ignored,
  );
  if (made === undefined) delete holder[attribute.name];
  else holder[attribute.name] = made;
  if (extension === undefined) return;
  if (Object.keys(holder).length > 0) result.attributes[extension] = holder;
  else delete result.attributes[extension];
}

/** The value of a URN is an object with its attributes; what it does not name stays. */
function applyToExtension(
  schemas: ScimSchemas,
  type: ScimType,
  result: Patched,
  { op, value, isLoose }: PatchOperation,
  extension: string,
): void {
  if (op === 'remove' || value === null) {
    delete result.attributes[extension];
    return;
  }
  if (!isJsonObject(value))
    throw badRequest('invalidValue', `The value of ${shownText(extension)} must be an object`);
  for (const [name, each] of Object.entries(value)) {
    apply(schemas, type, result, { op, path: `${extension}:${name}`, value: each, isLoose });
  }
}

/** A value as the schema has it now: it may be from before a schema of the user's own was changed. Undefined if it has no such form. */
function declared(attribute: ScimAttribute, was: unknown): unknown {
  const isObject = attribute.type === 'complex';
  const fits =
    Array.isArray(was) === attribute.multiValued &&
    [was].flat().every((one) => isJsonObject(one) === isObject);
  if (was === undefined || fits) return was;
  try {
    return clean(attribute, was, attribute.name, []);
  } catch (error) {
    if (error instanceof ScimError) return undefined;
    throw error;
  }
}

/** The new value of an attribute, undefined for none. */
function changed(
  was: unknown,
  { op, path, value }: PatchOperation,
  target: PatchTarget,
  attribute: ScimAttribute,
  ignored: string[],
): unknown {
  const { sub, matches } = target;
  if (attribute.multiValued && attribute.subAttributes) {
    const list = (was ?? []) as Values[];
    const made = matches
      ? changedMatches(list, { op, path, value }, target, attribute, ignored)
      : changedList(list, { op, path, value }, sub, attribute, ignored);
    assertFew(made, path);
    return made.length > 0 ? made : undefined;
  }
  if (attribute.multiValued) {
    const made = changedScalars(was, op, clean(attribute, value, path, ignored));
    assertFew(made ?? [], path);
    return made;
  }
  if (sub) return withSub(was as Values | undefined, sub, { op, path, value }, ignored);
  if (op === 'remove') return undefined;
  if (!attribute.subAttributes || !isJsonObject(value)) return clean(attribute, value, path, ignored);
  // Sub-attributes that are not named stay.
  let made = was as Values | undefined;
  for (const [name, each] of Object.entries(value)) {
    const own = named(attribute.subAttributes, name);
    if (!own) ignored.push(`${path}.${name}`);
    else if (own.mutability !== 'readOnly') {
      made = withSub(made, own, { op, path: `${path}.${name}`, value: each }, ignored);
    }
  }
  return made;
}

type Change = Pick<PatchOperation, 'op' | 'path' | 'value'>;

function changedScalars(was: unknown, op: PatchOperation['op'], value: unknown): unknown[] | undefined {
  if (op === 'replace') return value as unknown[] | undefined;
  const [old, named] = [(was ?? []) as unknown[], (value ?? []) as unknown[]];
  const made =
    op === 'add'
      ? [...new Set([...old, ...named])]
      : old.filter((one) => named.length > 0 && !named.includes(one));
  return made.length > 0 ? made : undefined;
}

/** An object with one sub-attribute changed. Undefined when nothing is left. */
function withSub(
  was: Values | undefined,
  sub: ScimAttribute,
  { op, path, value }: Change,
  ignored: string[],
): Values | undefined {
  const { [sub.name]: old, ...rest } = was ?? {};
  const isPart = sub.multiValued && value !== undefined && value !== null;
  const wanted = isPart
    ? changedScalars(old, op, clean(sub, value, path, ignored))
    : op === 'remove'
      ? undefined
      : value;
  const cleaned = clean(sub, wanted, path, ignored);
  const made = cleaned === undefined ? rest : { ...rest, [sub.name]: cleaned };
  return Object.keys(made).length > 0 ? made : undefined;
}

/** A list without a filter. */
function changedList(
  list: readonly Values[],
  { op, path, value }: Change,
  sub: ScimAttribute | undefined,
  attribute: ScimAttribute,
  ignored: string[],
): Values[] {
  if (sub) {
    const all = op === 'remove' || list.length > 0 ? list : [{}];
    return all.flatMap<Values>((one) => withSub(one, sub, { op, path, value }, ignored) ?? []);
  }
  const values = (clean(attribute, value, path, ignored) ?? []) as Values[];
  if (op === 'replace') return values;
  if (op === 'remove') {
    if (value === undefined || value === null) return [];
    return without(list, values);
  }
  return withAll(list, values);
}

const textOf = (one: Values, names: readonly string[]) => JSON.stringify(names.map((name) => one[name]));

/** Those of which no value is a part. Lists are long: no value is compared with each. */
function without(list: readonly Values[], values: readonly Values[]): Values[] {
  const parts = [...grouped(values, (one) => Object.keys(one).sort().join())].map(([joined, some]) => {
    const names = joined.split(',');
    return { names, texts: new Set(some.map((one) => textOf(one, names))) };
  });
  return list.filter((one) => !parts.some(({ names, texts }) => texts.has(textOf(one, names))));
}

/** One that has the same value and type is the same one; without a value, one that has the same everything. */
function withAll(list: readonly Values[], values: readonly Values[]): Values[] {
  const keyOf = (one: Values) =>
    one.value === undefined ? JSON.stringify(Object.entries(one).sort()) : textOf(one, ['value', 'type']);
  const made = [...list];
  const places = new Map<string, number>();
  for (const [i, one] of list.entries()) if (!places.has(keyOf(one))) places.set(keyOf(one), i);
  for (const one of values) {
    const at = places.get(keyOf(one));
    if (at === undefined) places.set(keyOf(one), made.push(one) - 1);
    else made[at] = { ...made[at], ...one };
  }
  return made;
}

/** The values of a list that a filter selects. */
function changedMatches(
  list: readonly Values[],
  { op, path, value }: Change,
  { filter, matches, sub }: PatchTarget,
  attribute: ScimAttribute,
  ignored: string[],
): Values[] {
  const selected = (one: Values) => matches?.(one) === true;
  if (op === 'remove') {
    return list.flatMap<Values>((one) => {
      if (!selected(one)) return one;
      return sub ? (withSub(one, sub, { op, path, value }, ignored) ?? []) : [];
    });
  }
  const change = (one: Values): Values | undefined => {
    if (sub) return withSub(one, sub, { op, path, value }, ignored);
    const [cleaned] = (clean(attribute, value, path, ignored) ?? []) as Values[];
    return cleaned && (op === 'add' ? { ...one, ...cleaned } : cleaned);
  };
  if (list.some(selected)) return list.flatMap<Values>((one) => (selected(one) ? (change(one) ?? []) : one));
  // Entra adds the phone number of a type by the filter that it would have.
  const wanted = op === 'add' && filter ? equalities(filter) : undefined;
  if (!wanted) throw badRequest('noTarget', `${shownText(path)} selects no value`);
  const [fresh] = (clean(attribute, [wanted], path, ignored) ?? []) as Values[];
  const made = change(fresh ?? {});
  return made ? [...list, made] : [...list];
}
