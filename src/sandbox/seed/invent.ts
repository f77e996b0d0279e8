import { z } from 'zod';
import type { Group } from '../groups/group-store.ts';
import type { Org } from '../org.ts';
import type { SeededRandom } from '../random.ts';
import type { User, UserStatus } from '../users/user.ts';
import { addGroup, day, seedUser } from './base.ts';
import { person } from './people.ts';

const rare: UserStatus[] = [
  'STAGED',
  'PROVISIONED',
  'PASSWORD_EXPIRED',
  'LOCKED_OUT',
  'SUSPENDED',
  'DEPROVISIONED',
];

const count = z.int().min(0);

/** The size of an invented directory. */
export const sizeSchema = z.strictObject({
  users: count,
  groups: count,
  /** About so many, beside those of the largest group: chance can pick the same group twice for a user. */
  memberships: count.default(0),
  /** Members of the first group. */
  largestGroup: count.default(0),
});

/** Adds people and groups, evenly mixed, except for the largest group. @returns the active users */
export function inventPeople(org: Org, size: z.input<typeof sizeSchema>, random: SeededRandom): User[] {
  const { memberships = 0, largestGroup = 0 } = size;
  const groups = Array.from({ length: size.groups }, (_, i) =>
    addGroup(org, `Team ${String(i + 1).padStart(4, '0')}`),
  );
  const active: User[] = [];
  for (let n = 1; n <= size.users; n++) {
    const status = random.next() < 0.9 ? 'ACTIVE' : random.pick(rare);
    const created = org.created - Math.floor(random.next() * 700) * day;
    const user = seedUser(org, status, person(random, n), { created });
    if (status === 'ACTIVE') active.push(user);
    if (groups.length === 0) continue;
    if (n <= largestGroup) (groups[0] as Group).members.add(user.id);
    const due = Math.floor((memberships * n) / size.users) - Math.floor((memberships * (n - 1)) / size.users);
    // The first is in turn, so that no group stays empty.
    if (due > 0) (groups[n % groups.length] as Group).members.add(user.id);
    for (let i = 1; i < due; i++) random.pick(groups).members.add(user.id);
  }
  return active;
}
