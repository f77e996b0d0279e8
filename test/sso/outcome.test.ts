import { describe, expect, it } from 'vitest';
import type { SignInRecord } from '../../src/sso/sign-in/decision.ts';
import { outcomeOf } from '../../src/sso/sign-in/outcome.ts';
import { signInMapping } from '../../src/sso/sign-in/profile.ts';

const LINK = { issuer: 'https://acme.okta.com', subject: '00u1' };
const record: SignInRecord = { id: '1', kind: 'user', ...LINK };
const outcome = async (claims: object, mapping: object | undefined, records: SignInRecord[] = []) =>
  outcomeOf(
    { ...LINK, email: 'ana@acme.test', emailVerified: true, claims: { email: 'ana@acme.test', ...claims } },
    { ...{ records, audience: 'users', provisioning: true }, mapping: await signInMapping(mapping) },
    ['first'],
  );
const only = { rules: [{ group: 'Agents', only: true, assign: { role: 'Agent' } }] };

describe('what a sign-in means for the application', () => {
  it('is the decision with the profile', async () => {
    expect(await outcome({ groups: ['Agents'] }, only)).toMatchObject({
      ...{ decision: 'create', profile: { email: 'ana@acme.test' }, warnings: ['first'] },
      ...{ assignments: [{ type: 'role', value: 'Agent' }], groupsAreComplete: true },
    });
  });

  it('is a denial for whom the mapping leaves out, an account or none', async () => {
    for (const records of [[], [record]]) {
      expect(await outcome({ groups: ['Others'] }, only, records)).toMatchObject({
        ...{
          decision: 'deny',
          reason: expect.stringContaining('leaves this person out'),
          warnings: ['first'],
        },
      });
    }
  });

  it('sso-field 8 shuts nobody out of an account because of groups that may be missing', async () => {
    expect(await outcome({}, only, [record])).toMatchObject({
      ...{ decision: 'update', record, groupsAreComplete: false },
      warnings: ['first', expect.stringContaining('leaves'), expect.stringContaining('take no role away')],
    });
    expect(await outcome({}, only)).toMatchObject({ decision: 'deny' });
  });

  it('makes no account of somebody who lacks a required field, and leaves one that exists', async () => {
    const mapping = { required: ['costCenter'] };
    expect(await outcome({}, mapping)).toMatchObject({
      ...{ decision: 'deny', reason: 'costCenter is required, but has no value.' },
    });
    expect(await outcome({}, mapping, [record])).toMatchObject({
      ...{ decision: 'update', warnings: ['first', 'costCenter is required, but has no value.'] },
    });
  });
});
