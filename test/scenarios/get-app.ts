import { expect } from 'vitest';
import { makeWebApp } from '../support/apps.ts';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('get_app', {
    name: 'reads an app by its label, without the secret of its client',
    arrange: (org) => makeWebApp(org, 'Ledger'),
    input: ({ label }) => ({ appId: label }),
    check(output, { id, label }) {
      expect(output).toMatchObject({ id, label, status: 'ACTIVE', signOnMode: 'OPENID_CONNECT' });
      expect(JSON.stringify(output)).not.toContain('client_secret"');
    },
  }),
];
