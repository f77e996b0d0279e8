import { expect } from 'vitest';
import { provider } from '../support/federation.ts';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('deactivate_idp', {
    name: 'deactivates an identity provider by its name',
    arrange: (org) => provider(org, 'Partner login'),
    input: ({ name }) => ({ idpId: name }),
    check: (output, { id }) => expect(output).toEqual({ idpId: id, changed: true, status: 'INACTIVE' }),
  }),
  scenario('deactivate_idp', {
    name: 'deactivates again without effect',
    async arrange(org) {
      const made = await provider(org, 'Partner login');
      await org.api('POST', `/api/v1/idps/${made.id}/lifecycle/deactivate`);
      return made;
    },
    input: ({ id }) => ({ idpId: id }),
    check: (output, { id }) => expect(output).toEqual({ idpId: id, changed: false, status: 'INACTIVE' }),
  }),
];
