import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { enrolled, SMS } from '../support/factors.ts';
import { scenario } from '../support/scenario.ts';

async function withPhone(org: Org) {
  const user = await org.user('ana');
  return { user, factor: await enrolled(org, user, SMS, '?activate=true') };
}

export default [
  scenario('reset_factor', {
    name: 'removes a factor, and the number as a way of recovery',
    arrange: withPhone,
    input: ({ user, factor }) => ({
      ...{ userId: user.login, factorId: factor.id, removeRecoveryEnrollment: true },
    }),
    check: (output, { factor }) => expect(output).toMatchObject({ factorId: factor.id, changed: true }),
  }),
  scenario('reset_factor', {
    name: 'finds the factor by its type',
    arrange: withPhone,
    input: ({ user }) => ({ userId: user.id, factorId: 'sms' }),
    check: (output, { factor }) => expect(output).toMatchObject({ factorId: factor.id, changed: true }),
  }),
  scenario('reset_factor', {
    name: 'changes nothing for a factor that is gone',
    async arrange(org) {
      const world = await withPhone(org);
      await org.api('DELETE', `/api/v1/users/${world.user.id}/factors/${world.factor.id}`);
      return world;
    },
    input: ({ user, factor }) => ({ userId: user.id, factorId: factor.id }),
    check: (output) => expect(output).toMatchObject({ changed: false }),
  }),
];
