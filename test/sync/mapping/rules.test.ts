import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { USER_STATUSES } from '../../../src/sync/mapping/preset.ts';
import type { MappingInput } from '../../../src/sync/mapping/schema.ts';
import { facts, group, mapping, person, problems, rowOf } from './support.ts';

describe('HALO-10 rules by group', () => {
  const sites: MappingInput = {
    rules: [
      { group: 'Berlin office', assign: { site: 'Berlin' } },
      { group: { matches: '^office (.+)$' }, assign: { site: '$1' } },
      { group: 'Long leave', set: { status: 'On leave' }, active: false },
    ],
    defaults: { role: 'User', site: 'Remote' },
  };

  it('give a site, by name or by what a pattern matched', () => {
    const { assignments } = rowOf(sites, person(), facts(['Office Paris', 'berlin OFFICE ']));
    expect(assignments).toEqual([
      { type: 'role', value: 'User' },
      { type: 'site', value: 'Berlin' },
      { type: 'site', value: 'Paris' },
    ]);
  });

  it('set a status, and can make inactive but not active', () => {
    const row = rowOf(sites, person(), facts(['Long leave']));
    expect(row).toMatchObject({ active: false, fields: { status: 'On leave' } });
    expect(rowOf(sites, person(), facts())).toMatchObject({ active: true, fields: { status: 'ACTIVE' } });
    expect(problems({ rules: [{ group: 'Staff', active: true }] })).toHaveLength(1);
  });

  it('give defaults for what no rule gave', () => {
    expect(rowOf(sites, person(), facts()).assignments).toEqual([
      { type: 'role', value: 'User' },
      { type: 'site', value: 'Remote' },
    ]);
  });

  it('filter: only members of some groups are mirrored, the others leave', () => {
    const input: MappingInput = {
      rules: [
        { group: { matches: '^HALO-' }, only: true },
        { group: 'Staff', assign: { role: 'Staff' } },
      ],
    };
    expect(rowOf(input, person(), facts(['Halo-Users', 'Staff']))).toMatchObject({ active: true });
    const told = rowOf(input, person(), facts(['Halo-Users', 'Staff']));
    expect(rowOf(input, person(), facts(['Staff'], { told }))).toEqual({
      ...told,
      active: false,
      assignments: [],
      outside: true,
    });
    expect(rowOf(input, person(), facts(['Staff'], { isSettled: false }))).toMatchObject({
      ...{ active: false, outside: true, unsettled: true },
    });
  });

  it('decide in order which value a field has', () => {
    const input: MappingInput = {
      rules: [
        { group: 'Managers', set: { title: 'Manager' } },
        { group: { matches: '^(.+)s$' }, set: { title: '$1', badge: '$$5' } },
      ],
    };
    expect(rowOf(input, person({ title: 'Seller' }), facts(['Agents', 'Managers'])).fields).toMatchObject({
      title: 'Manager',
      badge: '$5',
    });
    expect(rowOf(input, person({ title: 'Seller' }), facts(['Agents'])).fields.title).toBe('Agent');
    expect(rowOf(input, person({ title: 'Seller' }), facts(['Staff'])).fields.title).toBe('Seller');
  });

  it('never mean a built-in group by a pattern that does not say so', () => {
    const everyone = group('Everyone', { type: 'BUILT_IN' });
    const roles = (selector: { matches: string; type?: 'BUILT_IN' }) =>
      rowOf({ rules: [{ group: selector, assign: { role: 'x' } }] }, person(), facts([everyone])).assignments;
    expect(roles({ matches: '.' })).toEqual([]);
    expect(roles({ matches: '.', type: 'BUILT_IN' })).toHaveLength(1);
  });
});

describe('HALO-11 roles and boards by group', () => {
  const input: MappingInput = {
    rules: [
      { group: 'Service Desk', assign: { role: ['Agent', 'Approver'], board: 'Changes' } },
      { group: 'Managers', assign: { role: 'Approver' } },
    ],
  };

  it('are assigned, each once, and no longer given when the group is left', () => {
    expect(rowOf(input, person(), facts(['Managers', 'Service Desk'])).assignments).toEqual([
      { type: 'board', value: 'Changes' },
      { type: 'role', value: 'Agent' },
      { type: 'role', value: 'Approver' },
    ]);
    expect(rowOf(input, person(), facts(['Managers'])).assignments).toEqual([
      { type: 'role', value: 'Approver' },
    ]);
  });

  it('are only those that the rules give: what the target has besides is never named', () => {
    const told = rowOf(input, person(), facts(['Service Desk']));
    const handMade = { ...told, assignments: [...told.assignments, { type: 'role', value: 'By hand' }] };
    expect(rowOf(input, person(), facts(['Service Desk'], { told: handMade })).assignments).toEqual(
      told.assignments,
    );
  });

  it('have one order, whatever the order of rules and groups', () => {
    const names = ['Service Desk', 'Managers', 'Other'];
    fc.assert(
      fc.property(fc.shuffledSubarray(names), fc.boolean(), (some, isReversed) => {
        const rules = isReversed ? [...(input.rules ?? [])].reverse() : input.rules;
        const sorted = [...some].sort();
        expect(rowOf({ rules }, person(), facts(some))).toEqual(rowOf(input, person(), facts(sorted)));
      }),
    );
  });

  it('that a rule cannot give are named with the rule', () => {
    expect(
      problems({
        rules: [
          { group: 'A' },
          { group: { matches: '(a+' }, assign: { role: 'x' } },
          { group: { matches: '^(?=a)' }, assign: { role: 'x' } },
          { group: { matches: '^R-(.+)$' }, assign: { role: '$2' } },
          { group: { name: 'A', matches: 'A' }, assign: { role: 'x' } },
          { group: 'A', set: { id: '1' } },
        ],
        profiles: [
          {
            name: 'p',
            rules: [{ group: { matches: '[z-a]' }, only: true }],
            when: { groups: [{ matches: '*' }] },
          },
        ],
        groups: { exclude: [{ matches: '\\' }] },
      }),
    ).toEqual([
      'rules.0 (group "A"): it does nothing; give assign, set, active or only',
      expect.stringMatching(
        /^rules\.1 \(group "\(a\+"\): the regular expression cannot be used: missing closing \)/,
      ),
      expect.stringMatching(/^rules\.2 .*look-around and back-references are not supported/),
      'rules.3 (group "^R-(.+)$"): "$2" refers to $2, but "^R-(.+)$" has 1 pairs of parentheses',
      'rules.4 (group "A"): give either name or matches',
      'rules.5 (group "A"): set: id: every row has it already; choose another name',
      expect.stringMatching(
        /^profiles\.0\.rules\.0 \(group "\[z-a]"\): the regular expression cannot be used/,
      ),
      expect.stringMatching(/^profiles\.0\.when\.groups\.0: the regular expression cannot be used/),
      expect.stringMatching(/^groups\.exclude\.0: the regular expression cannot be used/),
    ]);
  });

  it('are found in no time, whatever the pattern and the name', () => {
    const rules = [{ group: { matches: '^(a+)+$' }, assign: { role: 'x' } }];
    const name = `${'a'.repeat(200)}b`;
    const begin = performance.now();
    expect(rowOf({ rules }, person(), facts([name])).assignments).toEqual([]);
    expect(performance.now() - begin).toBeLessThan(1_000);
  });
});

describe('HALO-7 several profiles', () => {
  const input: MappingInput = {
    fields: { emailAddress: 'profile.email' },
    required: ['emailAddress'],
    rules: [{ group: 'Everybody', assign: { site: 'Berlin' } }],
    defaults: { role: 'User' },
    profiles: [
      {
        name: 'agents',
        when: { groups: [{ matches: '^agents' }] },
        preset: false,
        fields: { initials: 'profile.initials' },
        required: ['initials'],
        rules: [{ group: 'Agents 2', assign: { team: 'Second line' } }],
        defaults: { role: 'Agent' },
      },
      { name: 'users' },
    ],
  };

  it('each have fields, required fields, rules and defaults, added to those of all', () => {
    expect(rowOf(input, person({ initials: 'AR' }), facts(['Agents 2', 'Everybody']))).toEqual({
      profile: 'agents',
      fields: { emailAddress: 'ana.ruiz@acme.test', initials: 'AR' },
      active: true,
      assignments: [
        { type: 'role', value: 'Agent' },
        { type: 'site', value: 'Berlin' },
        { type: 'team', value: 'Second line' },
      ],
    });
    expect(mapping(input).userRow(person(), facts(['Agents']))).toMatchObject({
      error: { field: 'initials' },
    });
    const row = rowOf(input, person(), facts(['Everybody']));
    expect(row).toMatchObject({
      profile: 'users',
      fields: { login: 'ana@acme.test', emailAddress: 'ana.ruiz@acme.test' },
    });
    expect(row.assignments).toEqual([
      { type: 'role', value: 'User' },
      { type: 'site', value: 'Berlin' },
    ]);
  });

  it('are one a user: the first that fits, and none if none does', () => {
    const [agents] = input.profiles ?? [];
    const only = { profiles: agents ? [agents] : [] };
    expect(
      rowOf({ profiles: [{ name: 'all' }, ...only.profiles] }, person(), facts(['Agents'])).profile,
    ).toBe('all');
    expect(rowOf(only, person(), facts(['Users']))).toMatchObject({ active: false, outside: true });
    const told = rowOf(only, person({ initials: 'AR' }), facts(['Agents 2']));
    expect(told.active).toBe(true);
    expect(rowOf(only, person({ initials: 'BX' }), facts([], { told }))).toEqual({
      profile: 'agents',
      fields: { initials: 'BX' },
      active: false,
      assignments: [],
      outside: true,
    });
  });

  it('leave a field out that all others have', () => {
    const shared: MappingInput = {
      fields: { badge: 'profile.badge', mobilePhone: null },
      profiles: [
        { name: 'guests', when: { groups: ['Guests'] }, preset: false, fields: { badge: null } },
        { name: 'users' },
      ],
    };
    const user = person({ badge: 7, mobilePhone: '1' });
    expect(rowOf(shared, user, facts(['Guests'])).fields).toEqual({});
    expect(rowOf(shared, user, facts()).fields).toMatchObject({ badge: 7, login: 'ana@acme.test' });
    expect(mapping(shared).fields).not.toContain('mobilePhone');
    expect(
      problems({ profiles: [{ name: 'x', fields: { bagde: null } }], fields: { badge: 'profile.badge' } }),
    ).toEqual(['profiles.0.fields.bagde: null leaves a field out, but there is none; did you mean badge?']);
  });

  it('stay with a leaver, who is no agent any more by then', () => {
    const told = rowOf(input, person({ initials: 'AR' }), facts(['Agents']));
    const left = person({ initials: 'AR' }, { status: 'DEPROVISIONED' });
    expect(rowOf(input, left, facts([], { told }))).toMatchObject({ profile: 'agents', active: false });
    expect(rowOf(input, person(), facts([], { told }))).toMatchObject({ profile: 'users', active: true });
  });

  it('are named, once', () => {
    expect(problems({ profiles: [{ name: 'a' }, { name: 'a', required: ['x'] }] })).toEqual([
      'profiles.1: the name a is given twice',
      expect.stringContaining('profiles.1.required: there is no field x in the profile a'),
    ]);
  });
});

describe('HALO-14 active statuses', () => {
  const activeOf = (input: MappingInput) =>
    USER_STATUSES.filter((status) => rowOf(input, person({}, { status })).active);

  it('are those of people who may work, unless chosen', () => {
    expect(activeOf({})).toEqual(['PROVISIONED', 'ACTIVE', 'RECOVERY', 'PASSWORD_EXPIRED', 'LOCKED_OUT']);
    expect(activeOf({ active: ['ACTIVE', 'STAGED'] })).toEqual(['STAGED', 'ACTIVE']);
    expect(problems({ active: ['ACTIV'] })[0]).toMatch(/^active\.0: /);
    expect(problems({ active: [] })).toEqual(['active: must not be empty']);
  });

  it('leave people as they are in a status that Okta does not have yet', () => {
    const told = { fields: {}, active: true, assignments: [] };
    const user = person({}, { status: 'ACTIVATING' });
    expect(rowOf({}, user, facts([], { told })).active).toBe(true);
    expect(rowOf({}, user).active).toBe(false);
  });

  it('sync-field 9 SUSPENDED is inactive, but keeps what the groups give for the return', () => {
    const input: MappingInput = { rules: [{ group: 'Agents', assign: { role: 'Agent' } }] };
    expect(rowOf(input, person({}, { status: 'SUSPENDED' }), facts(['Agents']))).toMatchObject({
      active: false,
      assignments: [{ type: 'role', value: 'Agent' }],
    });
  });
});

describe('sync-field 10 who leaves the scope', () => {
  it('is deactivated, not deleted, and has no roles; the groups of the scope are read', () => {
    const input: MappingInput = {
      scope: { groups: ['Staff'] },
      rules: [{ group: 'Agents', assign: { role: 'Agent' } }],
    };
    expect(mapping(input).scope).toEqual({ groups: ['Staff'] });
    const told = rowOf(input, person(), facts(['Agents']));
    expect(rowOf(input, person(), facts(['Agents'], { told, inScope: false }))).toEqual({
      ...told,
      active: false,
      assignments: [],
      outside: true,
    });
    expect(mapping({ scope: { app: 'HaloITSM' } }).scope).toEqual({ app: 'HaloITSM' });
    expect(problems({ scope: { group: ['Staff'] } })).toHaveLength(1);
  });

  it('gives no error if the target never had the user', () => {
    const answer = mapping({ required: ['employeeNumber'] }).userRow(person(), facts([], { inScope: false }));
    expect(answer).toEqual({ fields: {}, active: false, assignments: [], outside: true });
  });
});

describe('sync-field 25 group rules of Okta run after the user is created', () => {
  const input: MappingInput = {
    rules: [{ group: 'Agents', assign: { role: 'Agent' } }],
    defaults: { role: 'User', language: 'de' },
  };

  it('no default is given because of a group that may still come', () => {
    const early = rowOf(input, person(), facts([], { isSettled: false }));
    expect(early).toMatchObject({ unsettled: true, assignments: [{ type: 'language', value: 'de' }] });
    const late = rowOf(input, person(), facts());
    expect(late).not.toHaveProperty('unsettled');
    expect(late.assignments).toContainEqual({ type: 'role', value: 'User' });
  });

  it('what a group gives is given at once', () => {
    const row = rowOf(input, person(), facts(['Agents'], { isSettled: false }));
    expect(row).not.toHaveProperty('unsettled');
    expect(row.assignments).toContainEqual({ type: 'role', value: 'Agent' });
  });

  it('a new user waits for a later profile, and a known one keeps the one there is', () => {
    const profiles = [{ name: 'agents', when: { groups: ['Agents'] } }, { name: 'users' }];
    const early = facts([], { isSettled: false });
    expect(rowOf({ profiles }, person(), early)).toMatchObject({
      outside: true,
      unsettled: true,
      active: false,
    });
    expect(rowOf({ profiles }, person(), facts(['Agents'], { isSettled: false }))).not.toHaveProperty(
      'unsettled',
    );
    const told = rowOf({ profiles }, person(), facts(['Agents']));
    expect(rowOf({ profiles }, person(), { ...early, told })).toMatchObject({
      profile: 'agents',
      active: true,
      unsettled: true,
    });
  });
});
