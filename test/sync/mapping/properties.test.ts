import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ACTIVE_STATUSES, USER_STATUSES } from '../../../src/sync/mapping/preset.ts';
import type { MappingInput } from '../../../src/sync/mapping/schema.ts';
import { facts, mapping, person, rowOf } from './support.ts';

const ready = mapping({
  fields: {
    team: { from: 'profile.team', lookup: 'teams', onMiss: 'keep', attach: { isMember: true } },
    department: { from: 'profile.department', lookup: 'teams', onMiss: 'error' },
  },
  required: ['email'],
  lookups: { teams: { A: 1, B: 2 } },
  rules: [
    { group: { matches: '^role-(.+)$' }, assign: { role: '$1' }, set: { status: '$1' } },
    { group: 'leave', active: false },
    { group: 'halo', only: true },
  ],
  defaults: { role: 'User' },
  profiles: [{ name: 'agents', when: { groups: ['agents'] }, required: ['team'] }, { name: 'users' }],
} satisfies MappingInput);

const text = fc.constantFrom('A', 'b ', 'C', '', null, undefined);
const user = fc
  .record({
    team: text,
    department: text,
    email: fc.constantFrom('a@acme.test', '', null),
    status: fc.constantFrom(...USER_STATUSES),
  })
  .map(({ status, ...profile }) => person(profile, { status }));
const circumstances = fc
  .record({
    names: fc.subarray(['agents', 'halo', 'leave', 'role-Agent', 'role-Lead', 'x']),
    inScope: fc.boolean(),
    isSettled: fc.boolean(),
  })
  .map(({ names, ...more }) => facts(names, more));

describe('whatever the user and the groups', () => {
  it('a row that is told stays the same while nothing changes', () => {
    fc.assert(
      fc.property(user, circumstances, (one, of) => {
        const first = ready.userRow(one, of);
        if ('error' in first || first.outside) return;
        const { unsettled: _, ...told } = first;
        expect(ready.userRow(one, { ...of, told })).toEqual(first);
      }),
      { numRuns: 2_000 },
    );
  });

  it('nobody is active whose status, scope or groups say otherwise, and no error holds a leaver', () => {
    const told = rowOf(ready, person({ team: 'A' }), facts(['agents', 'halo', 'role-Agent']));
    expect(told).toMatchObject({ active: true, profile: 'agents' });
    fc.assert(
      fc.property(user, circumstances, (one, of) => {
        const row = ready.userRow(one, { ...of, told });
        const names = of.groups.map(({ profile }) => profile.name);
        const mayBeActive =
          of.inScope &&
          (ACTIVE_STATUSES as string[]).includes(one.status) &&
          names.includes('halo') &&
          !names.includes('leave');
        if (!mayBeActive) expect(row).toMatchObject({ active: false });
        if ('active' in row) expect(row.active).toBe(mayBeActive);
        if (!of.inScope) expect(row).toMatchObject({ outside: true, assignments: [] });
      }),
      { numRuns: 2_000 },
    );
  });
});
