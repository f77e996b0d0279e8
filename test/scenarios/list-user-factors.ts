import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { enrolled, QUESTION, SMS } from '../support/factors.ts';
import { scenario } from '../support/scenario.ts';

async function withTwo(org: Org) {
  const user = await org.user('ana');
  for (const factor of [QUESTION, SMS]) await enrolled(org, user, factor);
  return user;
}

export default [
  scenario('list_user_factors', {
    name: 'lists the factors of a user, with their status',
    arrange: withTwo,
    input: ({ login }) => ({ userId: login }),
    check: (output) =>
      expect(output.map(({ factorType, status }) => [factorType, status])).toEqual([
        ['question', 'ACTIVE'],
        ['sms', 'PENDING_ACTIVATION'],
      ]),
  }),
  scenario('list_user_factors', {
    name: 'lists the first factor',
    arrange: withTwo,
    input: ({ id }) => ({ userId: id, limit: 1 }),
    check: (output) => expect(output).toHaveLength(1),
  }),
];
