import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { activePush } from '../support/factors.ts';
import { scenario } from '../support/scenario.ts';

/** A user whose phone approves, rejects, or is off. */
const withPhone = (phone: 'APPROVES' | 'REJECTS' | 'OFF') => async (org: Org) => {
  const user = await org.user('ana');
  const push = await activePush(org, user);
  await org.control('PUT', '/settings', { phone });
  return { user, push };
};

export default [
  scenario('run_push_verification', {
    name: 'waits until the user approves, having chosen the right number',
    arrange: withPhone('APPROVES'),
    input: ({ user }) => ({ userId: user.login, useNumberMatchingChallenge: true }),
    check: (output, { user, push }) =>
      expect(output).toEqual({
        ...{ userId: user.login, factorId: push.id, factorResult: 'SUCCESS' },
        correctAnswer: expect.any(Number),
      }),
  }),
  scenario('run_push_verification', {
    name: 'tells that the user rejected',
    arrange: withPhone('REJECTS'),
    input: ({ user, push }) => ({ userId: user.id, factorId: push.id }),
    check: (output) => expect(output.factorResult).toBe('REJECTED'),
  }),
  scenario('run_push_verification', {
    name: 'does not wait longer than it should',
    arrange: withPhone('OFF'),
    input: ({ user }) => ({ userId: user.id, timeoutSeconds: 12 }),
    check: (output) => expect(output.factorResult).toBe('TIMEOUT'),
  }),
];
