import { describe, expect, it } from 'vitest';
import { facts, group, mapping, person, problems, rowOf } from './support.ts';

describe('HALO-6 fields of users', () => {
  it('are standard without a mapping: flat, named as in Okta, preferred and middle name among them', () => {
    const user = person({
      nickName: 'Ani',
      middleName: 'Maria',
      department: 'Sales',
      secondEmail: null,
      shoe: 38,
    });
    expect(rowOf({}, user)).toEqual({
      fields: {
        login: 'ana@acme.test',
        email: 'ana.ruiz@acme.test',
        firstName: 'Ana',
        middleName: 'Maria',
        lastName: 'Ruiz',
        nickName: 'Ani',
        department: 'Sales',
        status: 'ACTIVE',
      },
      active: true,
      assignments: [],
    });
    expect(mapping({}).scope).toBe('all');
    expect(mapping({}).usesGroups).toBe(false);
  });

  it('are added to the preset, override it, or leave one out', () => {
    const row = rowOf(
      {
        fields: { email: 'profile.login', shoeSize: 'profile.shoe', status: null, source: { value: 'okta' } },
      },
      person({ shoe: 38 }),
    );
    expect(row.fields).toEqual({
      login: 'ana@acme.test',
      email: 'ana@acme.test',
      firstName: 'Ana',
      lastName: 'Ruiz',
      shoeSize: 38,
      source: 'okta',
    });
  });

  it('are only those given when the preset is off', () => {
    const row = rowOf(
      { preset: false, fields: { mail: 'profile.email', type: 'type.id' } },
      person({}, { type: { id: 'oty1' } }),
    );
    expect(row.fields).toEqual({ mail: 'ana.ruiz@acme.test', type: 'oty1' });
  });

  it('take the first source that has a value', () => {
    const input = {
      preset: false,
      fields: { name: ['profile.displayName', 'profile.nickName', 'profile.login'] },
    };
    expect(rowOf(input, person({ displayName: '', nickName: 'Ani' })).fields).toEqual({ name: 'Ani' });
    expect(rowOf(input, person()).fields).toEqual({ name: 'ana@acme.test' });
    expect(rowOf(input, person({ displayName: null, login: null })).fields).toEqual({});
  });

  it('are cut to a length without splitting a character', () => {
    const input = { preset: false, fields: { name: { from: 'profile.displayName', maxLength: 4 } } };
    expect(rowOf(input, person({ displayName: 'Ana😀Ruiz' })).fields).toEqual({ name: 'Ana😀' });
  });

  it('skip a user who lacks a required one, with the reason', () => {
    const input = { required: ['email', 'employeeNumber'] };
    expect(mapping(input).userRow(person({ email: '' }), facts())).toEqual({
      error: { field: 'email', rule: 'required', message: 'email is required, but has no value' },
    });
    expect(mapping(input).userRow(person(), facts())).toMatchObject({ error: { field: 'employeeNumber' } });
    expect(rowOf(input, person({ employeeNumber: '7' })).fields).toMatchObject({ employeeNumber: '7' });
  });

  it('do not keep a leaver active: a row without a required field still becomes inactive', () => {
    const told = { fields: { email: 'old@acme.test' }, active: true, assignments: [] };
    const row = rowOf(
      { required: ['email'] },
      person({ email: null }, { status: 'DEPROVISIONED' }),
      facts([], { told }),
    );
    expect(row).toEqual({ ...told, active: false });
  });

  it('name paths that Okta does not have, and what was meant', () => {
    expect(
      problems({
        fields: {
          a: 'proflie.email',
          b: 'stauts',
          c: 'profile',
          d: 'lastLogin',
          e: ['profile.email', 'x.y.z'],
        },
      }),
    ).toEqual([
      'fields.a: Okta has no proflie.email; did you mean profile.email?',
      'fields.b: Okta has no stauts; did you mean status?',
      expect.stringMatching(/^fields\.c: Okta has no profile; it has profile\.NAME, id, status/),
      expect.stringMatching(/^fields\.d: Okta has no lastLogin/),
      expect.stringMatching(/^fields\.e: Okta has no x\.y\.z/),
    ]);
  });

  it('cannot be called like what every row has, and none comes from two places', () => {
    expect(
      problems({
        fields: {
          id: 'profile.login',
          active: { value: true },
          team: { from: 'profile.team', lookup: 't', attach: { profile: 1, email: 2 } },
        },
        lookups: { t: {} },
      }),
    ).toEqual([
      'fields.id: every row has it already; choose another name',
      'fields.active: every row has it already; choose another name',
      'fields.team: attach: profile: every row has it already; choose another name',
      'fields.team: the field email is given twice',
    ]);
  });

  it('say when a member is not known, wherever it is', () => {
    expect(problems({ feilds: {} })).toEqual(['Unrecognized key: "feilds"; did you mean fields?']);
    expect(problems({ fields: { a: { from: 'profile.x', lokup: 'y' } } })).toEqual([
      'fields.a: Unrecognized key: "lokup"; did you mean lookup?',
    ]);
    expect(problems({ rules: [{ group: 'x', asign: {} }] })).toEqual([
      'rules.0: Unrecognized key: "asign"; did you mean assign?',
    ]);
    expect(problems({ required: ['emial'], fields: { x: { from: 'profile.x', attach: { y: 1 } } } })).toEqual(
      ['fields.x: attach needs a lookup', 'required: there is no field emial; did you mean email?'],
    );
    expect(problems({ fields: { mobilPhone: null }, groups: { fields: { nam: null } } })).toEqual([
      'fields.mobilPhone: null leaves a field out, but there is none; did you mean mobilePhone?',
      'groups.fields.nam: null leaves a field out, but there is none; did you mean name?',
    ]);
  });
});

describe('groups', () => {
  it('are all but the built-in ones, with name, description and type', () => {
    const ready = mapping({});
    expect(ready.groupRow(group('Sales'))).toEqual({ name: 'Sales', type: 'OKTA_GROUP' });
    expect(ready.useOf(group('Sales'))).toEqual({ mirrored: true, members: true });
    expect(ready.useOf(group('Everyone', { type: 'BUILT_IN' }))).toEqual({ mirrored: false, members: false });
    expect(mapping({ groups: { everyone: true } }).useOf(group('Everyone', { type: 'BUILT_IN' }))).toEqual({
      mirrored: true,
      members: true,
    });
  });

  it('are chosen by name, id, pattern and type', () => {
    const { useOf } = mapping({
      groups: {
        include: ['sales ', '00g-Support', { matches: '^halo-' }, { matches: '.', type: 'APP_GROUP' }],
        exclude: [{ matches: '-TEST$' }],
      },
    });
    const isMirrored = (name: string, type = 'OKTA_GROUP') => useOf(group(name, { type })).mirrored;
    expect(isMirrored('Sales')).toBe(true);
    expect(isMirrored('Support')).toBe(true);
    expect(isMirrored('HALO-ROLE-Agent')).toBe(true);
    expect(isMirrored('HALO-TEST')).toBe(false);
    expect(isMirrored('Sales EU')).toBe(false);
    expect(isMirrored('Imported', 'APP_GROUP')).toBe(true);
    expect(mapping({ groups: { include: [] } }).useOf(group('Sales'))).toEqual({
      mirrored: false,
      members: false,
    });
  });

  it('that only a rule, a profile or the scope needs are read, not mirrored', () => {
    const { useOf } = mapping({
      scope: { groups: ['Staff'] },
      groups: { include: [] },
      rules: [{ group: 'Agents', assign: { role: 'Agent' } }],
      profiles: [{ name: 'agents', when: { groups: ['Desk'] } }, { name: 'users' }],
    });
    for (const name of ['Staff', 'Agents', 'Desk']) {
      expect(useOf(group(name))).toEqual({ mirrored: false, members: true });
    }
    expect(useOf(group('Sales'))).toEqual({ mirrored: false, members: false });
  });

  it('have fields of their own', () => {
    const input = {
      groups: {
        preset: false,
        fields: { label: 'profile.name', from: 'source.id', kind: { value: 'team' } },
      },
    };
    expect(mapping(input).groupRow(group('Sales', { source: { id: '0oa1' } }))).toEqual({
      label: 'Sales',
      from: '0oa1',
      kind: 'team',
    });
    expect(problems({ groups: { fields: { size: 'profil.size' } } })).toEqual([
      'groups.fields.size: Okta has no profil.size; did you mean profile.size?',
    ]);
  });

  it('sync-field 19 of the same name are told apart by id or type', () => {
    const okta = group('Admins');
    const imported = group('Admins', { id: '00g-ad', type: 'APP_GROUP', source: { id: '0oa1' } });
    const roles = (selector: string | { name: string; type: 'OKTA_GROUP' }) => (one: typeof okta) =>
      rowOf({ rules: [{ group: selector, assign: { role: 'Admin' } }] }, person(), facts([one])).assignments
        .length;
    expect([okta, imported].map(roles('00g-ad'))).toEqual([0, 1]);
    expect([okta, imported].map(roles({ name: 'Admins', type: 'OKTA_GROUP' }))).toEqual([1, 0]);
    expect([okta, imported].map(roles('Admins'))).toEqual([1, 1]);
  });
});
