import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';
import { PROVIDER_ISSUER, securityProvider } from '../support/security-provider.ts';

const arrange = async (org: Org) => ({
  ...(await org.user('ana')),
  ...(await keyOf(org)),
  orgUrl: org.orgUrl,
});
const keyOf = async (org: Org) => {
  const { id: providerId, privateKey } = await securityProvider(org);
  return { providerId, privateKey };
};
const levels = { currentLevel: 'high', previousLevel: 'low' } as const;

export default [
  scenario('report_user_risk', {
    name: 'reports the risk of a user, with all there is to say',
    arrange,
    input: ({ id, privateKey, orgUrl }) => ({
      ...{ userId: id, ...levels, reason: 'Malware found', userReason: 'See the help desk.' },
      ...{ initiatedBy: 'policy' as const, issuer: PROVIDER_ISSUER, privateKey, keyId: 'key-1' },
      audience: `${orgUrl}/`,
    }),
    check: (output, { id, providerId }) => expect(output).toMatchObject({ userId: id, providerId }),
  }),
  scenario('report_user_risk', {
    name: 'finds the user by login',
    arrange,
    input: ({ login, privateKey }) => ({
      ...{ userId: login, ...levels, reason: 'Malware found' },
      ...{ issuer: PROVIDER_ISSUER, privateKey, keyId: 'key-1' },
    }),
    check: (output, { id }) => expect(output).toMatchObject({ userId: id }),
  }),
];
