import { isDeepStrictEqual } from 'node:util';
import { InputError } from '../../../errors/errors.ts';
import { ENTERPRISE } from '../../../scim/schema/user.ts';
import type { Row } from '../../change.ts';

/** Okta's names of base attributes, and where SCIM has them. `null`: SCIM has no place for it, or another one. */
const USER_PATHS: Readonly<Record<string, string | null>> = {
  // What counts is `active`.
  status: null,
  login: 'userName',
  email: 'emails[type eq "work"].value',
  secondEmail: 'emails[type eq "other"].value',
  firstName: 'name.givenName',
  lastName: 'name.familyName',
  middleName: 'name.middleName',
  honorificPrefix: 'name.honorificPrefix',
  honorificSuffix: 'name.honorificSuffix',
  displayName: 'displayName',
  nickName: 'nickName',
  profileUrl: 'profileUrl',
  title: 'title',
  userType: 'userType',
  preferredLanguage: 'preferredLanguage',
  locale: 'locale',
  timezone: 'timezone',
  primaryPhone: 'phoneNumbers[type eq "work"].value',
  mobilePhone: 'phoneNumbers[type eq "mobile"].value',
  streetAddress: 'addresses[type eq "work"].streetAddress',
  city: 'addresses[type eq "work"].locality',
  state: 'addresses[type eq "work"].region',
  zipCode: 'addresses[type eq "work"].postalCode',
  countryCode: 'addresses[type eq "work"].country',
  postalAddress: 'addresses[type eq "work"].formatted',
  employeeNumber: `${ENTERPRISE}:employeeNumber`,
  costCenter: `${ENTERPRISE}:costCenter`,
  organization: `${ENTERPRISE}:organization`,
  division: `${ENTERPRISE}:division`,
  department: `${ENTERPRISE}:department`,
  managerId: `${ENTERPRISE}:manager.value`,
  manager: `${ENTERPRISE}:manager.displayName`,
};

const GROUP_PATHS: Readonly<Record<string, string | null>> = {
  name: 'displayName',
  description: null,
  type: null,
};

/** Members of a row that are not mapped fields. */
const NOT_FIELDS = new Set(['id', 'active', 'profile']);

/** Attributes of RFC 7643 that a field may name itself, with a sub-attribute or without. */
const SINGLE =
  /^(userName|displayName|nickName|profileUrl|title|userType|preferredLanguage|locale|timezone)$/;
const COMPLEX = /^name\.\w+$/;
const MULTIPLE = /^(emails|phoneNumbers|ims|photos|addresses)\[type eq "[^"]+"\]\.\w+$/;
const EXTENSION = /^urn:[\w.:-]+:\w+(\.\w+)?$/;

const PATH = /^(?:(urn:[\w.:-]+):)?(\w+)(?:\[type eq "([^"]+)"\])?(?:\.(\w+))?$/;

/** One value at its place in a resource. */
export interface Placed {
  extension: string | undefined;
  attribute: string;
  type: string | undefined;
  sub: string | undefined;
  value: unknown;
}

/** A SCIM resource as a server returns it. */
export interface Resource {
  id: string;
  externalId?: string;
  [name: string]: unknown;
}

/** An attribute with its whole new value; undefined if it has none. */
export interface Slot {
  extension?: string;
  attribute: string;
  value: unknown;
}

export type ResourceType = 'Users' | 'Groups';

/**
 * The values of a row, with null for fields that only the row before had.
 * @throws InputError for a field that has no place in SCIM.
 */
export function placed(type: ResourceType, after: Row, before: Row | null): Placed[] {
  const fields = new Set([...Object.keys(after), ...Object.keys(before ?? {})]);
  return [...fields].flatMap((field) => {
    const path = NOT_FIELDS.has(field) ? null : pathOf(type, field);
    if (path === null) return [];
    const [, extension, attribute = '', kind, sub] = PATH.exec(path) ?? [];
    const value = after[field];
    // Every attribute in the table is text.
    const isText = extension === undefined || extension === ENTERPRISE;
    const told = isText && typeof value === 'number' ? String(value) : value;
    return { extension, attribute, type: kind, sub, value: told === '' ? null : told };
  });
}

function pathOf(type: ResourceType, field: string): string | null {
  const paths = type === 'Users' ? USER_PATHS : GROUP_PATHS;
  if (Object.hasOwn(paths, field)) return paths[field] as string | null;
  const isPath =
    type === 'Users'
      ? [SINGLE, COMPLEX, MULTIPLE, EXTENSION].some((one) => one.test(field))
      : field === 'displayName' || EXTENSION.test(field);
  if (isPath) return field;
  throw new InputError(`The field ${field} of the mapping has no place in a SCIM ${type.slice(0, -1)}`, {
    hint:
      'Name it as Okta names a base attribute (department), or as a SCIM path: nickName, emails[type eq "home"].value, ' +
      'urn:acme:scim:1.0:User:team.',
  });
}

/** As SCIM's filters name it: a type of a value is no part of it. */
export const filterPath = ({ extension, attribute, sub }: Omit<Placed, 'value'>): string =>
  `${extension === undefined ? '' : `${extension}:`}${attribute}${sub === undefined ? '' : `.${sub}`}`;

/** All values of a resource at this place, of any type. */
export function valuesAt(
  resource: Resource,
  { extension, attribute, sub }: Omit<Placed, 'value'>,
): unknown[] {
  const holder = (extension === undefined ? resource : resource[extension]) as Resource | undefined;
  return [holder?.[attribute] ?? []].flat().map((one) => (sub ? (one as Resource | null)?.[sub] : one));
}

/** The first value of this attribute, for instance the userName. */
export function textAt(values: readonly Placed[], attribute: string): string | undefined {
  const found = values.find((one) => one.extension === undefined && one.attribute === attribute);
  return typeof found?.value === 'string' ? found.value : undefined;
}

/** Attributes whose value differs from what the resource has; what is not named in `values` stays in each. */
export function differingSlots(resource: Record<string, unknown>, values: readonly Placed[]): Slot[] {
  const slots = new Map<string, Slot & { was: unknown }>();
  for (const one of values) {
    const { extension, attribute } = one;
    const key = `${extension}:${attribute}`;
    const holder = extension === undefined ? resource : (resource[extension] as Record<string, unknown>);
    const was = holder?.[attribute];
    const slot = slots.get(key) ?? { extension, attribute, was, value: was };
    slot.value = put(slot.value, one);
    slots.set(key, slot);
  }
  return [...slots.values()].filter(({ was, value }) => !isDeepStrictEqual(was ?? undefined, value));
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value of an attribute with one value put into it. */
function put(was: unknown, { attribute, type, sub, value }: Placed): unknown {
  if (type !== undefined)
    return putInList(Array.isArray(was) ? was : [], attribute, type, sub as string, value);
  if (sub === undefined) return value ?? undefined;
  return filled({ ...(isObject(was) ? was : {}), [sub]: value ?? undefined }, []);
}

function putInList(list: unknown[], attribute: string, type: string, sub: string, value: unknown): unknown {
  const items = list.filter(isObject);
  const at = items.findIndex((item) => String(item.type).toLowerCase() === type.toLowerCase());
  // A mail system needs one address that counts.
  const isPrimary =
    attribute === 'emails' && type === 'work' && !items.some(({ primary }) => primary === true);
  const fresh = { type, ...(isPrimary ? { primary: true } : {}) };
  const item = filled({ ...(items[at] ?? fresh), [sub]: value ?? undefined }, ['type', 'primary']);
  const rest = at < 0 ? [...items, item] : items.with(at, item as Record<string, unknown>);
  const kept = rest.filter((one) => one !== undefined);
  return kept.length > 0 ? kept : undefined;
}

/** Without members that have no value; undefined if none but these are left. */
function filled(value: Record<string, unknown>, apart: string[]): Record<string, unknown> | undefined {
  const entries = Object.entries(value).filter(([, one]) => one !== undefined && one !== null);
  return entries.some(([name]) => !apart.includes(name)) ? Object.fromEntries(entries) : undefined;
}

/** The resource with these attributes, as PUT and POST send it. */
export function withSlots(
  resource: Record<string, unknown>,
  slots: readonly Slot[],
): Record<string, unknown> {
  const { meta: _, ...body } = resource;
  const schemas = new Set([body.schemas ?? []].flat() as string[]);
  for (const { extension, attribute, value } of slots) {
    if (extension === undefined) body[attribute] = value;
    else {
      schemas.add(extension);
      body[extension] = { ...(body[extension] as object | undefined), [attribute]: value };
    }
  }
  return { ...body, schemas: [...schemas] };
}

/** The same as operations of PATCH. */
export const operationsOf = (slots: readonly Slot[]): object[] =>
  slots.map(({ extension, attribute, value }) => {
    const path = extension === undefined ? attribute : `${extension}:${attribute}`;
    return value === undefined ? { op: 'remove', path } : { op: 'replace', path, value };
  });
