import { isRecord } from '../../schema/record.ts';
import type { Row } from '../../sync/change.ts';
import type { Assignment, Mapping, OktaGroup } from '../../sync/mapping/mapping.ts';
import { BASE_ATTRIBUTES } from '../../sync/mapping/preset.ts';

/** Okta's attributes by the claims that have them; claims that are named like the attribute need no line. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  preferred_username: 'login',
  given_name: 'firstName',
  middle_name: 'middleName',
  family_name: 'lastName',
  name: 'displayName',
  nickname: 'nickName',
  phone_number: 'primaryPhone',
  profile: 'profileUrl',
  zoneinfo: 'timezone',
};

/** The same for the members of the claim `address`. */
const ADDRESS: Readonly<Record<string, string>> = {
  ...{ street_address: 'streetAddress', locality: 'city', region: 'state' },
  ...{ postal_code: 'zipCode', country: 'countryCode' },
};

/** From here on a list of groups may be cut, as clients of Okta describe it. */
const MANY_GROUPS = 100;

/** Who signed in, as the application keeps people. */
export interface SignInProfile {
  /** Name of the mapping profile; undefined if the mapping has only one. */
  kind?: string;
  fields: Row;
  /** What group rules and defaults gave. */
  assignments: Assignment[];
  /** False where groups may be missing: what is not among the assignments must not be taken away then. */
  groupsAreComplete: boolean;
  /** Why the mapping leaves the person out. */
  refusal?: string;
  /** What the mapping lacks to make anything of the person. */
  problem?: string;
}

/**
 * A mapping as the directory sync takes it, ready for sign-ins. Without one, people have Okta's standard attributes.
 * @throws InputError naming everything that is wrong with it.
 */
export async function signInMapping(input: unknown): Promise<Mapping | undefined> {
  if (input === undefined) return undefined;
  const { compileMapping } = await import('../../sync/mapping/compile.ts');
  return compileMapping(input);
}

/** Applies a mapping to the claims of somebody who has just signed in, and so is active. */
export function profileOf(claims: Record<string, unknown>, mapping: Mapping | undefined): SignInProfile {
  const profile = attributesOf(claims);
  const groups = groupsOf(claims);
  const groupsAreComplete = groups !== undefined && groups.length < MANY_GROUPS;
  if (!mapping) {
    const known = BASE_ATTRIBUTES.filter((name) => profile[name] !== undefined);
    const fields = Object.fromEntries(known.map((name) => [name, profile[name]]));
    return { fields, assignments: [], groupsAreComplete };
  }
  const user = { id: String(claims.sub ?? ''), status: 'ACTIVE', profile };
  const isSettled = groupsAreComplete || !mapping.usesGroups;
  const facts = { groups: groups ?? [], inScope: true, told: undefined, isSettled };
  const row = mapping.userRow(user, facts);
  if ('error' in row) {
    return { fields: {}, assignments: [], groupsAreComplete, problem: `${row.error.message}.` };
  }
  return {
    ...(row.profile === undefined ? {} : { kind: row.profile }),
    ...{ fields: row.fields, assignments: row.assignments, groupsAreComplete },
    ...(row.active ? {} : { refusal: 'The mapping leaves this person out, or makes them inactive.' }),
  };
}

/** What the claims say, under the names of Okta's attributes. A claim that is named like an attribute comes first. */
function attributesOf(claims: Record<string, unknown>): Row {
  const address = isRecord(claims.address) ? claims.address : {};
  const row: Row = { ...claims };
  for (const [from, names] of [
    [claims, ATTRIBUTES],
    [address, ADDRESS],
  ] as const) {
    for (const [claim, name] of Object.entries(names)) {
      if (from[claim] !== undefined) row[name] ??= from[claim];
    }
  }
  return row;
}

/** The groups that the claims name; undefined if they name none. A single one may come as a text. */
function groupsOf({ groups }: Record<string, unknown>): OktaGroup[] | undefined {
  if (typeof groups !== 'string' && !Array.isArray(groups)) return undefined;
  const names = [groups].flat().filter((name) => typeof name === 'string');
  return names.map((name) => ({
    id: name,
    ...(name === 'Everyone' ? { type: 'BUILT_IN' } : {}),
    profile: { name },
  }));
}
