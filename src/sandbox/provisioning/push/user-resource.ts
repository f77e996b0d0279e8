import { isObject, type Json } from '../../json.ts';

const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const patchSchema = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** A patch as Okta sends it. */
export const patch = (...operations: Json[]): Json => ({ schemas: [patchSchema], Operations: operations });

/** Attributes that are in the app under the same name. */
const [beforeName, afterName] = [
  ['title'],
  ['nickName', 'profileUrl', 'userType', 'preferredLanguage', 'timezone'],
] as const;

/**
 * The attributes of a user as an app of SCIM maps them, in Okta's order. What has no value is left out; so is the whole
 * enterprise extension.
 */
export function mappedAttributes(userName: string, profile: Json): Json {
  const names = (attributes: readonly string[]) => attributes.map((name) => [name, profile[name]]);
  const { firstName, lastName, displayName = `${firstName} ${lastName}` } = profile;
  return valued({
    userName,
    name: valued({
      givenName: firstName,
      middleName: profile.middleName,
      familyName: lastName,
      honorificPrefix: profile.honorificPrefix,
      honorificSuffix: profile.honorificSuffix,
    }),
    emails: listOf({ primary: true, value: profile.email, type: 'work' }),
    ...Object.fromEntries(names(beforeName)),
    phoneNumbers: [
      ...listOf({ primary: true, value: profile.primaryPhone, type: 'work' }),
      ...listOf({ value: profile.mobilePhone, type: 'mobile' }),
    ],
    addresses: addressOf(profile),
    displayName,
    ...Object.fromEntries(names(afterName)),
    locale: String(profile.locale ?? 'en-US').replace('_', '-'),
    roles: choices(profile.roles),
    entitlements: choices(profile.entitlements),
    [enterprise]: extensionOf(profile),
  });
}

const extensionNames = ['employeeNumber', 'costCenter', 'organization', 'division', 'department'] as const;

function extensionOf(profile: Json): Json {
  const named = extensionNames.map((name) => [name, profile[name]]);
  const manager = valued({ value: profile.managerId, displayName: profile.manager });
  return valued({ ...Object.fromEntries(named), manager });
}

/** The body that creates a user; it has a password even when passwords are not pushed. */
export function newResource(attributes: Json, externalId: string, password: string): Json {
  const { [enterprise]: extension, ...core } = attributes;
  return {
    schemas: schemasOf(attributes),
    ...core,
    ...{ externalId, groups: [], password, active: true },
    ...(extension ? { [enterprise]: extension } : {}),
  };
}

/**
 * The body that replaces a user: what the server answered, with the mapped attributes in it. What Okta does not map stays as
 * it was, whatever it is; what Okta maps and has no value for is gone.
 */
export function changedResource(remote: Json, attributes: Json, externalId: string): Json {
  const schemas = [...new Set([...asList(remote.schemas), ...schemasOf(attributes)])];
  const wanted: Json = { schemas, ...attributes, externalId, groups: remote.groups ?? [], active: true };
  return overlaid(remote, wanted, managed);
}

const managed = new Set([
  ...['emails', 'phoneNumbers', 'addresses', 'displayName', 'locale', 'roles', 'entitlements', enterprise],
  ...[...beforeName, ...afterName],
  ...['givenName', 'middleName', 'familyName', 'honorificPrefix', 'honorificSuffix'],
  ...[...extensionNames, 'manager'],
]);

function overlaid(remote: Json, wanted: Json, own: ReadonlySet<string>): Json {
  const names = new Set([...Object.keys(remote), ...Object.keys(wanted)]);
  const members = [...names].flatMap((name) => {
    const [known, given] = [remote[name], wanted[name]];
    if (given === undefined) return own.has(name) ? [] : [[name, known]];
    if (isObject(known) && isObject(given)) return [[name, overlaid(known, given, own)]];
    const isTyped = Array.isArray(known) && Array.isArray(given) && given.every(isObject);
    return [[name, isTyped && given.length > 0 ? byType(known, given as Json[]) : given]];
  });
  return Object.fromEntries(members);
}

/** Of several values of an attribute, Okta writes those of its types. */
function byType(known: unknown[], given: Json[]): Json[] {
  const others = known.filter(isObject).filter(({ type }) => type && !given.some((one) => one.type === type));
  const own = given.map((one) => ({
    ...known.filter(isObject).find(({ type }) => type !== undefined && type === one.type),
    ...one,
  }));
  return [...own, ...others.map((one) => (one.primary === true ? { ...one, primary: false } : one))];
}

function schemasOf(attributes: Json): string[] {
  return attributes[enterprise] ? [userSchema, enterprise] : [userSchema];
}

const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** The members that have a value. */
function valued(members: Json): Json {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => !isEmpty(value)));
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}

const listOf = (one: Json): Json[] => (isEmpty(one.value) ? [] : [one]);

function addressOf({ streetAddress, city, state, zipCode, countryCode }: Json): Json[] {
  const address = valued({
    ...{ streetAddress, locality: city, region: state, postalCode: zipCode, country: countryCode },
  });
  return isEmpty(address) ? [] : [{ primary: true, type: 'work', ...address }];
}

/** Roles and entitlements are lists of objects, of which the first is the primary one. */
function choices(values: unknown): Json[] {
  return asList(values).map((one, at) =>
    isObject(one) ? one : { value: one, display: one, primary: at === 0 },
  );
}
