import { expect } from 'vitest';
import { website } from '../support/origins.ts';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('delete_trusted_origin', {
    name: 'deletes an active origin by its name, found on the second page',
    async arrange(org) {
      await website(org, 'Shop');
      const made = await website(org, 'Portal');
      await org.pagesOf(1);
      return made;
    },
    input: ({ name }) => ({ trustedOriginId: name }),
    check: (output, { id }) => expect(output).toEqual({ trustedOriginId: id, changed: true }),
  }),
  scenario('delete_trusted_origin', {
    name: 'deletes what is gone without effect',
    async arrange(org) {
      const made = await website(org, 'Portal');
      await org.api('DELETE', `/api/v1/trustedOrigins/${made.id}`);
      return made;
    },
    input: ({ id }) => ({ trustedOriginId: id }),
    check: (output, { id }) => expect(output).toEqual({ trustedOriginId: id, changed: false }),
  }),
];
