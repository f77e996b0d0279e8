import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { enrolled, pendingApp, SMS } from '../support/factors.ts';
import { scenario } from '../support/scenario.ts';

async function withPendingApp(org: Org) {
  const user = await org.user('ana');
  return { user, ...(await pendingApp(org, user)) };
}

export default [
  scenario('activate_factor', {
    name: 'activates an authenticator app with the code that it shows',
    arrange: withPendingApp,
    input: ({ user, id, passCode }) => ({ userId: user.id, factorId: id, passCode }),
    check: (output, { id }) => expect(output).toMatchObject({ id, status: 'ACTIVE', changed: true }),
  }),
  scenario('activate_factor', {
    name: 'finds the factor by its type',
    arrange: withPendingApp,
    input: ({ user, passCode }) => ({ userId: user.login, factorId: 'token:software:totp', passCode }),
    check: (output, { id }) => expect(output).toMatchObject({ id, changed: true }),
  }),
  scenario('activate_factor', {
    name: 'changes nothing for a factor that is active',
    async arrange(org) {
      const user = await org.user('ana');
      return { user, factor: await enrolled(org, user, SMS, '?activate=true') };
    },
    input: ({ user, factor }) => ({ userId: user.id, factorId: factor.id, passCode: '123456' }),
    check: (output) => expect(output).toMatchObject({ status: 'ACTIVE', changed: false }),
  }),
];
