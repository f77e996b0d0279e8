import { isDeepStrictEqual } from 'node:util';
import type { Row } from '../../../src/sync/change.ts';
import { compileMapping } from '../../../src/sync/mapping/compile.ts';
import type { OktaGroup, OktaUser, UserRow } from '../../../src/sync/mapping/mapping.ts';
import type { MappingInput } from '../../../src/sync/mapping/schema.ts';
import type { Mirror } from '../../sync/support/mirror.ts';
import type { ListedUser, Truth } from './org.ts';

/** In what the mirror differs from what the mapping makes of the truth. @param scope ids of the groups or the app; undefined: all. */
export function differences(
  mirror: Mirror,
  truth: Truth,
  { mapping: input, scope }: { mapping: MappingInput; scope: readonly string[] | undefined },
): string[] {
  const mapping = compileMapping(input);
  const containers = { ...truth.memberships, ...truth.assignments };
  const groups = truth.groups as unknown as OktaGroup[];
  const read = groups.filter((group) => mapping.useOf(group).members || scope?.includes(group.id));
  const mirrored = groups.filter((group) => mapping.useOf(group).mirrored);
  const users = new Map<string, Row>();
  const assignments = new Map<string, Set<string>>();
  for (const user of truth.users) {
    const inScope = scope === undefined || scope.some((id) => containers[id]?.includes(user.id));
    const row = mapping.userRow(known(user), {
      groups: read.filter(({ id }) => containers[id]?.includes(user.id)),
      inScope,
      told: toldOf(mirror, user.id),
      isSettled: true,
    });
    if ('error' in row) throw new Error(`${user.id}: ${row.error.message}`);
    // Who left the scope stays, inactive; who never was in it is not there.
    if (row.outside && !mirror.users.has(user.id)) continue;
    const profile = row.profile === undefined ? {} : { profile: row.profile };
    users.set(user.id, { ...row.fields, id: user.id, ...profile, active: row.active });
    const given = row.assignments.map((one) => JSON.stringify({ ...one }));
    if (given.length > 0) assignments.set(user.id, new Set(given));
  }
  const memberships = mirrored.flatMap(({ id }) =>
    (containers[id] ?? []).filter((user) => users.has(user)).map((user) => [`${id} ${user}`, true] as const),
  );
  return [
    ...compared('user', users, mirror.users),
    ...compared(
      'group',
      new Map(mirrored.map((group) => [group.id, { ...mapping.groupRow(group), id: group.id }])),
      mirror.groups,
    ),
    ...compared(
      'membership',
      new Map(memberships),
      new Map([...mirror.memberships].map((one) => [one, true])),
    ),
    ...compared('assignments of', assignments, mirror.assignments),
  ];
}

/** Who leaves stays of the kind that the target knows. */
function toldOf(mirror: Mirror, id: string): UserRow | undefined {
  const row = mirror.users.get(id);
  if (row === undefined) return undefined;
  const { id: _, active, profile, ...fields } = row;
  return {
    fields,
    active: active === true,
    assignments: [],
    ...(profile ? { profile: String(profile) } : {}),
  };
}

/** Without what no snapshot keeps. */
const known = ({ lastLogin: _, credentials: __, _links: ___, ...user }: ListedUser) => user as OktaUser;

function compared(what: string, expected: Map<string, unknown>, actual: Map<string, unknown>): string[] {
  return [...new Set([...expected.keys(), ...actual.keys()])].flatMap((id) => {
    const [wanted, got] = [expected.get(id), actual.get(id)];
    if (isDeepStrictEqual(wanted, got)) return [];
    if (wanted === undefined) return [`${what} ${id} is too much`];
    if (got === undefined) return [`${what} ${id} is missing`];
    return [`${what} ${id} is ${text(got)}, not ${text(wanted)}`];
  });
}

const text = (value: unknown) => JSON.stringify(value instanceof Set ? [...value] : value);
