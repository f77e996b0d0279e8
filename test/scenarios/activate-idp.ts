import { expect } from 'vitest';
import { provider } from '../support/federation.ts';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('activate_idp', {
    name: 'activates an identity provider by its name',
    async arrange(org) {
      const made = await provider(org, 'Partner login');
      await org.api('POST', `/api/v1/idps/${made.id}/lifecycle/deactivate`);
      return made;
    },
    input: ({ name }) => ({ idpId: name }),
    check: (output, { id }) => expect(output).toEqual({ idpId: id, changed: true, status: 'ACTIVE' }),
  }),
  scenario('activate_idp', {
    name: 'activates again without effect',
    arrange: (org) => provider(org, 'Partner login'),
    input: ({ id }) => ({ idpId: id }),
    check: (output, { id }) => expect(output).toEqual({ idpId: id, changed: false, status: 'ACTIVE' }),
  }),
];
