import { expect } from 'vitest';
import { requestable } from '../support/governance.ts';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('create_access_request', {
    name: 'requests an entry for a user and waits until it is passed on',
    arrange: async (org) => ({ ...(await requestable(org)), user: await org.user('ana') }),
    input: ({ entryId, user }) => ({ entryId, userId: user.login }),
    check: (output, { entryId, user }) =>
      expect(output).toMatchObject({
        ...{ status: 'PENDING', requested: { entryId } },
        requestedFor: { externalId: user.id, type: 'OKTA_USER' },
      }),
  }),
  scenario('create_access_request', {
    name: 'requests an entry by its name, in the name of somebody else, with answers, and does not wait',
    async arrange(org) {
      await requestable(org);
      return { user: await org.user('ana'), manager: await org.user('eva') };
    },
    input: ({ user, manager }) => ({
      ...{ entryId: 'Acme CRM', userId: user.id, requestedBy: manager.login, waitSeconds: 0 },
      requesterFieldValues: [{ id: 'OKTA_ACCESS_DURATION', value: 'P1D' }],
    }),
    check: (output, { manager }) =>
      expect(output).toMatchObject({
        ...{ status: 'SUBMITTED', requestedBy: { externalId: manager.id } },
        requesterFieldValues: [{ id: 'OKTA_ACCESS_DURATION', value: 'P1D' }],
      }),
  }),
  scenario('create_access_request', {
    name: 'tells that Okta rejected a request that no condition allows',
    async arrange(org) {
      const { entryId, appId, conditionId } = await requestable(org);
      const condition = `/governance/api/v2/resources/${appId}/request-conditions/${conditionId}`;
      await org.api('POST', `${condition}/deactivate`);
      return { entryId, user: await org.user('ana') };
    },
    input: ({ entryId, user }) => ({ entryId, userId: user.id }),
    check: (output) => expect(output.status).toBe('REJECTED'),
  }),
];
