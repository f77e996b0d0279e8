import { InputError } from '../../../src/errors/errors.ts';
import { compileMapping } from '../../../src/sync/mapping/compile.ts';
import type { Mapping, OktaGroup, OktaUser, UserFacts, UserRow } from '../../../src/sync/mapping/mapping.ts';
import type { MappingInput } from '../../../src/sync/mapping/schema.ts';

/** A user of Okta; members of `profile` are attributes. */
export const person = (profile: Record<string, unknown> = {}, more: Partial<OktaUser> = {}): OktaUser => ({
  id: '00u1',
  status: 'ACTIVE',
  created: '2026-01-02T03:04:05.000Z',
  ...more,
  profile: {
    login: 'ana@acme.test',
    email: 'ana.ruiz@acme.test',
    firstName: 'Ana',
    lastName: 'Ruiz',
    ...profile,
  },
});

/** A group whose id is made of its name. */
export const group = (name: string, more: Partial<OktaGroup> = {}): OktaGroup => ({
  id: `00g-${name}`,
  type: 'OKTA_GROUP',
  ...more,
  profile: { name, description: null, ...more.profile },
});

/** Facts of a user who is in the scope and settled; groups by name. */
export const facts = (
  names: readonly (string | OktaGroup)[] = [],
  more: Partial<UserFacts> = {},
): UserFacts => ({
  groups: names.map((one) => (typeof one === 'string' ? group(one) : one)),
  inScope: true,
  told: undefined,
  isSettled: true,
  ...more,
});

export const mapping = (input: MappingInput): Mapping => compileMapping(input);

type Told = UserRow & { unsettled?: true; outside?: true };

/** The row of a user; fails if there is none. */
export function rowOf(input: MappingInput | Mapping, user: OktaUser, of: UserFacts = facts()): Told {
  const ready = 'userRow' in input ? (input as Mapping) : mapping(input as MappingInput);
  const row = ready.userRow(user, of);
  if ('error' in row) throw new Error(`no row: ${row.error.message}`);
  return row;
}

/** What is wrong with a mapping, as the error says it. */
export function problems(input: unknown): readonly string[] {
  try {
    compileMapping(input);
  } catch (error) {
    if (error instanceof InputError) return error.causes;
    throw error;
  }
  return [];
}
