import { invalid, oktaError } from '../errors.ts';
import type { Json } from '../json.ts';
import type { Org } from '../org.ts';
import { attributeOf, problemWith, type Schema } from '../schemas/attribute.ts';
import type { Profile, User } from './user.ts';

/**
 * The profile after a write. `changes` is what the caller sent: null clears an attribute; with `replace`, omitting it
 * does so too.
 */
export function writeProfile(
  org: Org,
  schema: Schema,
  changes: Json,
  { current, replace = false }: { current?: User; replace?: boolean },
): Profile {
  refuseUnknown(schema, changes);
  const before: Profile = current?.profile ?? {};
  refuseReadOnly(schema, changes, before);
  const unchanged = replace ? readOnlyValues(schema, before) : before;
  const kept = current ? unchanged : defaultsOf(schema);
  const profile = Object.fromEntries(
    Object.entries({ ...kept, ...changes }).filter(([, value]) => value !== null && value !== undefined),
  );
  const causes = problems(schema, profile);
  if (causes.length > 0) throw invalid(causes[0]?.split(':')[0] ?? 'profile', ...causes);
  refuseDuplicates(org, schema, profile, before, current?.id);
  return profile;
}

function refuseUnknown(schema: Schema, changes: Json): void {
  const unknown = Object.keys(changes).filter((name) => attributeOf(schema, name) === undefined);
  if (unknown.length > 0)
    throw invalid('newUser', ...unknown.map((name) => `Property name '${name}' is not defined in profile`));
}

function refuseReadOnly(schema: Schema, changes: Json, before: Profile): void {
  for (const [name, value] of Object.entries(changes)) {
    const fixed = attributeOf(schema, name)?.mutability === 'READ_ONLY';
    if (fixed && JSON.stringify(value ?? null) !== JSON.stringify(before[name] ?? null))
      throw oktaError('E0000077', name);
  }
}

/** The default values of a new user. */
function defaultsOf(schema: Schema): Profile {
  const attributes = Object.entries({ ...schema.base, ...schema.custom });
  return Object.fromEntries(attributes.map(([name, attribute]) => [name, attribute.default]));
}

function readOnlyValues(schema: Schema, before: Profile): Profile {
  const entries = Object.entries(before);
  return Object.fromEntries(
    entries.filter(([name]) => attributeOf(schema, name)?.mutability === 'READ_ONLY'),
  );
}

function problems(schema: Schema, profile: Profile): string[] {
  const attributes = Object.entries({ ...schema.base, ...schema.custom });
  const blank = attributes
    .filter(([name, { required }]) => required && (profile[name] === undefined || profile[name] === ''))
    .map(([name]) => `${name}: The field cannot be left blank`);
  const wrong = Object.entries(profile).flatMap(([name, value]) => {
    const attribute = attributeOf(schema, name);
    const problem = attribute && value !== '' ? problemWith(attribute, value) : undefined;
    return problem ? [`${name}: ${problem}`] : [];
  });
  const login = profile.login;
  if (typeof login === 'string' && login !== '' && !/^[^\s@]+@[^\s@]+$/.test(login))
    wrong.push('login: Username must be in the form of an email address');
  return [...blank, ...wrong];
}

function refuseDuplicates(
  org: Org,
  schema: Schema,
  profile: Profile,
  before: Profile,
  id: string | undefined,
): void {
  const holder = org.users.byLogin(String(profile.login));
  if (holder && holder.id !== id) throw duplicate('login');
  for (const [name, { unique }] of Object.entries(schema.custom)) {
    const value = profile[name];
    if (!unique || value === undefined || value === before[name]) continue;
    for (const user of org.users.from())
      if (user.id !== id && user.profile[name] === value) throw duplicate(name);
  }
}

function duplicate(name: string) {
  return invalid(name, `${name}: An object with this field already exists in the current organization`);
}
