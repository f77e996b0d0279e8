import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

async function atRisk(org: Org) {
  const user = await org.user('ana');
  await org.api('PUT', `/api/v1/users/${user.id}/risk`, { riskLevel: 'HIGH', riskReason: 'Stolen laptop' });
  return user;
}

export default [
  scenario('update_user_risk', {
    name: 'sets the first risk of a user',
    arrange: (org) => org.user('ana'),
    input: ({ login }) => ({ userId: login, riskLevel: 'MEDIUM' as const }),
    check: (output) => expect(output).toMatchObject({ riskLevel: 'MEDIUM', changed: true }),
  }),
  scenario('update_user_risk', {
    name: 'gives another reason for the same level',
    arrange: atRisk,
    input: ({ id }) => ({ userId: id, riskLevel: 'HIGH' as const, riskReason: 'Case 4711, see report.' }),
    check: (output) =>
      expect(output).toMatchObject({ riskLevel: 'HIGH', reason: 'Case 4711, see report.', changed: true }),
  }),
  scenario('update_user_risk', {
    name: 'leaves a risk as it is',
    arrange: atRisk,
    input: ({ id }) => ({ userId: id, riskLevel: 'HIGH' as const }),
    check: (output) => expect(output).toMatchObject({ reason: 'Stolen laptop', changed: false }),
  }),
];
