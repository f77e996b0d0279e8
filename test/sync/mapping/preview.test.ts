import { describe, expect, it } from 'vitest';
import { previewMapping } from '../../../src/sync/mapping/preview.ts';
import type { MappingInput } from '../../../src/sync/mapping/schema.ts';
import { group, mapping, person } from './support.ts';

const input: MappingInput = {
  preset: false,
  fields: {
    mail: 'profile.email',
    phone: 'profile.mobliePhone',
    team: { from: 'profile.team', lookup: 'teams' },
  },
  required: ['mail'],
  lookups: { teams: { 'Service Desk': 12 } },
  rules: [{ group: 'Staff', only: true, assign: { role: 'User' }, set: { site: 'Berlin' } }],
};

const one = (id: string, profile: Record<string, unknown>, groups = [group('Staff')]) => ({
  user: person(profile, { id }),
  groups,
});

describe('a preview of a mapping', () => {
  it('has rows, who is left out, errors, missed names with what is meant, and fields that stay empty', () => {
    const users = [
      one('00u1', { team: 'Service Desk' }),
      one('00u2', { team: 'Servce Desk' }),
      one('00u3', { team: 'Legal' }),
      one('00u4', { team: 'Servce Desk' }),
      one('00u5', { email: null }),
      one('00u6', {}, []),
    ];
    const row = (id: string, team: unknown) => ({
      ...{ id, active: true, assignments: [{ type: 'role', value: 'User' }] },
      fields: { mail: 'ana.ruiz@acme.test', team, site: 'Berlin' },
    });
    expect(previewMapping(mapping(input), users)).toEqual({
      rows: [row('00u1', 12), row('00u2', null), row('00u3', null), row('00u4', null)],
      leftOut: ['00u6'],
      errors: [
        { id: '00u5', field: 'mail', rule: 'required', message: 'mail is required, but has no value' },
      ],
      misses: [
        { field: 'team', lookup: 'teams', name: 'Servce Desk', users: 2, nearest: 'Service Desk' },
        { field: 'team', lookup: 'teams', name: 'Legal', users: 1 },
      ],
      empty: ['phone'],
    });
  });

  it('calls nothing empty when there is no row', () => {
    expect(previewMapping(mapping(input), [])).toEqual({
      rows: [],
      leftOut: [],
      errors: [],
      misses: [],
      empty: [],
    });
  });
});
