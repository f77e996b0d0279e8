import { describe, expect, it } from 'vitest';
import { profileOf, signInMapping } from '../../src/sso/sign-in/profile.ts';

const CLAIMS = {
  ...{ sub: '00u1', iss: 'https://acme.okta.com', email: 'ana@acme.test', preferred_username: 'aruiz' },
  ...{ given_name: 'Ana', family_name: 'Ruiz', name: 'Ana Ruiz', phone_number: '+1 555', zoneinfo: 'UTC' },
  ...{ address: { locality: 'Berlin', country: 'DE' }, department: 'Sales' },
};
const many = (length: number) => Array.from({ length }, (_, n) => `Team ${n}`);
const rules = [{ group: { matches: '^Team (\\d+)$' }, assign: { team: '$1' } }];

describe('the profile of somebody who signed in', () => {
  it("has Okta's attributes without a mapping, and nothing else of the claims", () => {
    expect(profileOf(CLAIMS, undefined)).toEqual({
      fields: {
        ...{ login: 'aruiz', email: 'ana@acme.test', firstName: 'Ana', lastName: 'Ruiz' },
        ...{ displayName: 'Ana Ruiz', primaryPhone: '+1 555', timezone: 'UTC', city: 'Berlin' },
        ...{ countryCode: 'DE', department: 'Sales' },
      },
      ...{ assignments: [], groupsAreComplete: false },
    });
  });

  it('takes an attribute by its own name before the claim of the standard', () => {
    expect(profileOf({ ...CLAIMS, firstName: 'Anita' }, undefined).fields.firstName).toBe('Anita');
  });

  it('maps claims as a directory sync maps users, lookups, group rules and all', async () => {
    const mapping = await signInMapping({
      ...{ preset: false, rules, defaults: { role: 'User' }, lookups: { departments: { sales: 3 } } },
      fields: {
        emailAddress: 'profile.email',
        given: ['profile.nickName', 'profile.firstName'],
        department: { from: 'profile.department', lookup: 'departments' },
      },
    });
    expect(profileOf({ ...CLAIMS, groups: ['Team 7', 'Everyone'] }, mapping)).toEqual({
      fields: { emailAddress: 'ana@acme.test', given: 'Ana', department: 3 },
      ...{ groupsAreComplete: true },
      assignments: [
        { type: 'role', value: 'User' },
        { type: 'team', value: '7' },
      ],
    });
    // SAML libraries give a single group as a text.
    expect(profileOf({ ...CLAIMS, groups: 'Team 7' }, mapping).assignments).toHaveLength(2);
  });

  it('says why a mapping has no place for the person', async () => {
    const required = await signInMapping({ required: ['costCenter'] });
    expect(profileOf(CLAIMS, required).problem).toContain('costCenter is required');
    const only = await signInMapping({ rules: [{ group: 'Agents', only: true }] });
    expect(profileOf({ ...CLAIMS, groups: ['Others'] }, only).refusal).toContain('leaves this person out');
    expect(profileOf({ ...CLAIMS, groups: ['agents'] }, only).refusal).toBeUndefined();
    await expect(signInMapping({ fields: { a: 'profile' } })).rejects.toMatchObject({
      ...{ code: 'invalid_input', causes: [expect.stringContaining('fields.a')] },
    });
  });

  it('sso-field 8 says that groups may be missing once there are a hundred, and gives no default for them', async () => {
    const mapping = await signInMapping({ rules, defaults: { team: 'none' } });
    expect(profileOf({ ...CLAIMS, groups: ['Others'] }, mapping)).toMatchObject({
      ...{ groupsAreComplete: true, assignments: [{ type: 'team', value: 'none' }] },
    });
    for (const groups of [many(100).map((name) => `Other ${name}`), undefined]) {
      expect(profileOf({ ...CLAIMS, groups }, mapping)).toMatchObject({
        ...{ groupsAreComplete: false, assignments: [] },
      });
    }
    expect(profileOf({ ...CLAIMS, groups: many(99) }, mapping).groupsAreComplete).toBe(true);
  });
});
