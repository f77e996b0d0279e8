import { expect } from 'vitest';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('get_user_risk', {
    name: 'reads the risk that an administrator has set',
    async arrange(org) {
      const user = await org.user('ana');
      await org.api('PUT', `/api/v1/users/${user.id}/risk`, { riskLevel: 'HIGH' });
      return user;
    },
    input: ({ login }) => ({ userId: login }),
    check: (output) => expect(output).toMatchObject({ riskLevel: 'HIGH', reason: 'Admin override risk' }),
  }),
];
