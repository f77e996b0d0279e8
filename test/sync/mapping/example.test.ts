import { beforeAll, describe, expect, it } from 'vitest';
import { compileMapping } from '../../../src/sync/mapping/compile.ts';
import { loadMapping } from '../../../src/sync/mapping/load.ts';
import type { Mapping } from '../../../src/sync/mapping/mapping.ts';
import { facts, group, person, rowOf } from './support.ts';

let halo: Mapping;
beforeAll(async () => {
  halo = compileMapping(await loadMapping('examples/directory-sync/haloitsm.yaml'));
});

describe('the example mapping for HaloITSM', () => {
  it('HALO-6 HALO-7 has people as users, and those of the service desk as agents with other fields', () => {
    const user = person({
      nickName: 'Ani',
      middleName: 'Maria',
      department: 'customer care',
      division: 'field service',
    });
    const fields = {
      emailaddress: 'ana.ruiz@acme.test',
      login: 'ana@acme.test',
      firstname: 'Ana',
      middlename: 'Maria',
      surname: 'Ruiz',
      preferredname: 'Ani',
      department: 7,
    };
    expect(rowOf(halo, user, facts(['Office Berlin']))).toEqual({
      profile: 'users',
      fields,
      active: true,
      assignments: [
        { type: 'role', value: 'User' },
        { type: 'site', value: 'Berlin' },
      ],
    });
    expect(rowOf(halo, user, facts(['Service Desk', 'HALO-ROLE-Approver', 'Change Advisory Board']))).toEqual(
      {
        profile: 'agents',
        fields: { ...fields, team: 'Field service', team_member: true, team_tickets: true, team_lead: false },
        active: true,
        assignments: [
          { type: 'board', value: 'Change Advisory Board' },
          { type: 'role', value: 'Approver' },
          { type: 'site', value: 'Remote' },
        ],
      },
    );
  });

  it('HALO-8 HALO-9 leaves team and department empty when HaloITSM has none of that name', () => {
    const row = rowOf(halo, person({ department: 'Legal', division: 'Board' }), facts(['Service Desk']));
    expect(row.fields).toMatchObject({ department: null, team: null, team_member: null, team_lead: null });
  });

  it('HALO-10 HALO-13 HALO-14 has sites, a leave of absence, match keys and statuses', () => {
    expect(rowOf(halo, person(), facts(['Long leave']))).toMatchObject({
      active: false,
      fields: { status: 'On leave' },
    });
    expect(rowOf(halo, person({}, { status: 'SUSPENDED' })).active).toBe(false);
    expect(halo.match).toEqual(['externalId', 'emailaddress']);
    expect(halo.scope).toEqual({ app: 'HaloITSM' });
  });

  it('reads members of groups that rules need, and mirrors those that it names', () => {
    expect(halo.useOf(group('Office Berlin'))).toEqual({ mirrored: false, members: true });
    expect(halo.useOf(group('HALO-ROLE-Agent'))).toEqual({ mirrored: true, members: true });
    expect(halo.useOf(group('Lunch'))).toEqual({ mirrored: false, members: false });
  });
});
