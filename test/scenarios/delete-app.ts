import { expect } from 'vitest';
import { makeApp } from '../support/apps.ts';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('delete_app', {
    name: 'deactivates and deletes an app by its label',
    arrange: (org) => makeApp(org, 'Ledger'),
    input: ({ label }) => ({ appId: label }),
    check: (output, { id }) =>
      expect(output).toEqual({ appId: id, changed: true, steps: ['deactivated', 'deleted'] }),
  }),
  scenario('delete_app', {
    name: 'deletes an inactive app',
    arrange: (org) => makeApp(org, 'Ledger', {}, '?activate=false'),
    input: ({ id }) => ({ appId: id }),
    check: (output, { id }) => expect(output).toEqual({ appId: id, changed: true, steps: ['deleted'] }),
  }),
  scenario('delete_app', {
    name: 'changes nothing when the app is gone',
    async arrange(org) {
      const app = await makeApp(org, 'Ledger', {}, '?activate=false');
      await org.api('DELETE', `/api/v1/apps/${app.id}`);
      return app;
    },
    input: ({ id }) => ({ appId: id }),
    check: (output, { id }) => expect(output).toEqual({ appId: id, changed: false, steps: [] }),
  }),
];
