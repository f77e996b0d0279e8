import { expect } from 'vitest';
import { makeApp } from '../support/apps.ts';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('deactivate_app', {
    name: 'deactivates an app by its label',
    arrange: (org) => makeApp(org, 'Ledger', {}, ''),
    input: ({ label }) => ({ appId: label }),
    check: (output, { id }) => expect(output).toEqual({ appId: id, changed: true, status: 'INACTIVE' }),
  }),
  scenario('deactivate_app', {
    name: 'changes nothing when the app is inactive',
    arrange: (org) => makeApp(org, 'Ledger', {}, '?activate=false'),
    input: ({ id }) => ({ appId: id }),
    check: (output, { id }) => expect(output).toEqual({ appId: id, changed: false, status: 'INACTIVE' }),
  }),
];
