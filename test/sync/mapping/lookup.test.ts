import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lookupOf } from '../../../src/sync/mapping/lookup.ts';
import type { Miss } from '../../../src/sync/mapping/mapping.ts';
import type { MappingInput } from '../../../src/sync/mapping/schema.ts';
import { facts, mapping, person, problems, rowOf } from './support.ts';

const teams = (onMiss?: 'null' | 'keep' | 'error' | null): MappingInput => ({
  preset: false,
  fields: {
    team: {
      from: 'profile.team',
      lookup: 'teams',
      ...(onMiss === undefined ? {} : { onMiss }),
      attach: { isMember: true, isLead: false, isWatcher: false },
    },
  },
  lookups: { teams: { 'Service Desk': 12, 'Field Service': { id: 13 } } },
});
const found = { team: 12, isMember: true, isLead: false, isWatcher: false };
const nothing = { team: null, isMember: null, isLead: null, isWatcher: null };

describe('HALO-8 a team by name', () => {
  it('gives the team and its three flags', () => {
    expect(rowOf(teams(), person({ team: 'Service Desk' })).fields).toEqual(found);
    expect(rowOf(teams(), person({ team: 'Field Service' })).fields.team).toEqual({ id: 13 });
  });

  it('is left empty without a match, and the user is told which name missed', () => {
    const misses: Miss[] = [];
    const row = mapping(teams()).userRow(person({ team: 'Servce Desk' }), facts(), (miss) =>
      misses.push(miss),
    );
    expect(row).toMatchObject({ fields: nothing });
    const known = ['Service Desk', 'Field Service'];
    expect(misses).toEqual([{ field: 'team', lookup: 'teams', name: 'Servce Desk', known }]);
    expect(rowOf(teams(null), person({ team: 'Legal' })).fields).toEqual(nothing);
    expect(rowOf(teams('error'), person({ team: '' })).fields).toEqual(nothing);
    expect(rowOf(teams(), person({ team: ['Service Desk'] })).fields).toEqual(nothing);
  });

  it('keeps what the target has, or skips the user, if that is wanted', () => {
    const told = rowOf(teams('keep'), person({ team: 'Service Desk' }));
    expect(rowOf(teams('keep'), person({ team: 'New one' }), facts([], { told })).fields).toEqual(found);
    expect(rowOf(teams('keep'), person({ team: 'New one' })).fields).toEqual(nothing);
    expect(rowOf(teams('keep'), person({ team: null }), facts([], { told })).fields).toEqual(nothing);
    expect(mapping(teams('error')).userRow(person({ team: 'New one' }), facts())).toEqual({
      error: { field: 'team', rule: 'onMiss: error', message: 'team: "New one" is not in the table teams' },
    });
  });
});

describe('HALO-9 a department by name', () => {
  const input: MappingInput = {
    fields: { department: { from: ['profile.department', 'profile.division'], lookup: 'departments' } },
    lookups: { departments: { Sales: 3, 'Vertrieb Süd': 4, 7: 'seven' } },
  };
  const departmentOf = (profile: Record<string, unknown>) => rowOf(input, person(profile)).fields.department;

  it('is found without case and surrounding blanks, also by a number', () => {
    expect(departmentOf({ department: ' SALES ' })).toBe(3);
    expect(departmentOf({ department: 'VERTRIEB SÜD'.normalize('NFD') })).toBe(4);
    expect(departmentOf({ division: 7 })).toBe('seven');
    expect(departmentOf({ department: 'constructor' })).toBeNull();
  });

  it('names tables that do not exist', () => {
    expect(
      problems({ fields: { d: { from: 'profile.d', lookup: 'departmnts' } }, lookups: { departments: {} } }),
    ).toEqual(['fields.d: there is no table departmnts in lookups; did you mean departments?']);
    expect(problems({ lookups: { teams: 'teams.csv' } })).toEqual([
      expect.stringMatching(
        /^lookups\.teams: a table in another file can only be used by a mapping in a file/,
      ),
    ]);
  });

  it('refuses a table in which two names are one', () => {
    expect(problems({ lookups: { departments: { Sales: 1, ' sales': 2, '': 3 } } })).toEqual([
      'lookups.departments: "Sales" and " sales" are the same name',
      'lookups.departments: a name is empty',
    ]);
  });
});

describe('sync-field 24 names that the target cuts', () => {
  const names = { 'Customer Care Berlin': 1, 'Customer Care Paris': 2 };
  const cut = (maxLength: number): MappingInput => ({
    fields: { department: { from: 'profile.department', maxLength, lookup: 'd' } },
    lookups: { d: names },
  });

  it('are an error when two are the same after the cut', () => {
    expect(problems(cut(14))).toEqual([
      'fields.department: lookup d: "Customer Care Berlin" and "Customer Care Paris" are the same name after the cut to 14 characters',
    ]);
    expect(rowOf(cut(16), person({ department: 'Customer Care Berlin, 2nd floor' })).fields.department).toBe(
      1,
    );
  });

  it('and a match key is never cut', () => {
    expect(problems({ fields: { email: { from: 'profile.email', maxLength: 20 } } })).toEqual([
      'match: email is cut to a length, so two people could look the same',
    ]);
  });

  it('finds each name of a table, whatever the case, or says that two are one', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 20 }),
        fc.option(fc.integer({ min: 1, max: 4 })),
        (list, length) => {
          const max = length ?? undefined;
          let lookup: ReturnType<typeof lookupOf>;
          try {
            lookup = lookupOf(
              list.map((name, at) => [name, at]),
              max,
            );
          } catch {
            const keys = list.map((name) =>
              Array.from(name.trim()).slice(0, max).join('').normalize('NFC').trim().toLowerCase(),
            );
            expect(new Set(keys).size < keys.length || keys.includes('')).toBe(true);
            return;
          }
          for (const [at, name] of list.entries()) expect(lookup.find(` ${name} `)).toBe(at);
        },
      ),
    );
  });
});

describe('HALO-13 how existing records are found', () => {
  it('is by Okta id, then login, then e-mail, unless chosen', () => {
    expect(mapping({}).match).toEqual(['externalId', 'login', 'email']);
    expect(mapping({ preset: false, fields: { email: 'profile.email' } }).match).toEqual([
      'externalId',
      'email',
    ]);
    const fields = { badge: 'profile.employeeNumber' };
    expect(mapping({ fields, match: ['badge', 'externalId'] }).match).toEqual(['badge', 'externalId']);
    expect(problems({ match: ['externalId', 'emial', 'externalId'] })).toEqual([
      'match: there is no field emial; did you mean email?',
      'match: externalId is given twice',
    ]);
  });

  it("sync-field 4 begins with Okta's id: neither a shared e-mail nor a changed login makes two people one", () => {
    expect(mapping({}).match[0]).toBe('externalId');
    expect(mapping({ preset: false }).match).toEqual(['externalId']);
  });
});

describe('the fingerprint', () => {
  const base: MappingInput = {
    fields: { a: 'profile.a', b: { from: 'profile.b', lookup: 't' } },
    lookups: { t: { x: 1 } },
    rules: [{ group: 'A', assign: { role: 'x' } }],
  };
  const print = (input: MappingInput) => mapping(input).fingerprint;

  it('is the same for the same mapping, in whatever order it is written', () => {
    const { rules, lookups, fields } = base;
    expect(print({ rules, fields: { b: fields?.b ?? null, a: 'profile.a' }, lookups })).toBe(print(base));
    expect(print({ ...base, $schema: 'x', match: ['externalId'] })).toBe(print(base));
  });

  it('differs with everything that can change a row', () => {
    const others: MappingInput[] = [
      {},
      { ...base, preset: false },
      { ...base, active: ['ACTIVE'] },
      { ...base, scope: { groups: ['A'] } },
      { ...base, scope: { app: 'A' } },
      { ...base, required: ['a'] },
      { ...base, lookups: { t: { x: 2 } } },
      { ...base, lookups: { t: { x: 1, y: 1 } } },
      { ...base, rules: [{ group: 'A', assign: { role: 'y' } }] },
      { ...base, rules: [...(base.rules ?? []), { group: 'A', only: true }] },
      { ...base, defaults: { role: 'y' } },
      { ...base, profiles: [{ name: 'a' }, { name: 'b' }] },
      { ...base, profiles: [{ name: 'b' }, { name: 'a' }] },
      { ...base, groups: { everyone: true } },
      { ...base, groups: { include: [] } },
    ];
    const prints = [base, ...others].map(print);
    expect(new Set(prints).size).toBe(prints.length);
  });
});
