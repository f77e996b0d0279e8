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

export default [
  scenario('report_session_revoked', {
    name: 'reports ended sessions, with all there is to say',
    arrange,
    input: ({ id, privateKey, orgUrl }) => ({
      ...{ userId: id, reason: 'Signed out by the VPN', userReason: 'See the help desk.' },
      ...{ initiatedBy: 'policy' as const, issuer: PROVIDER_ISSUER, privateKey, keyId: 'key-1' },
      audience: `${orgUrl}/`,
    }),
    check: (output, { id, providerId }) => expect(output).toMatchObject({ userId: id, providerId }),
  }),
  scenario('report_session_revoked', {
    name: 'finds the user by login',
    arrange,
    input: ({ login, privateKey }) => ({
      ...{ userId: login, reason: 'Signed out by the VPN' },
      ...{ issuer: PROVIDER_ISSUER, privateKey, keyId: 'key-1' },
    }),
    check: (output, { id }) => expect(output).toMatchObject({ userId: id }),
  }),
];
