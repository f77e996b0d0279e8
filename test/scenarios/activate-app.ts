import { expect } from 'vitest';
import { makeApp } from '../support/apps.ts';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('activate_app', {
    name: 'activates an app by its label',
    arrange: (org) => makeApp(org, 'Ledger', {}, '?activate=false'),
    input: ({ label }) => ({ appId: label }),
    check: (output, { id }) => expect(output).toEqual({ appId: id, changed: true, status: 'ACTIVE' }),
  }),
  scenario('activate_app', {
    name: 'changes nothing when the app is active',
    arrange: (org) => makeApp(org, 'Ledger', {}, ''),
    input: ({ id }) => ({ appId: id }),
    check: (output, { id }) => expect(output).toEqual({ appId: id, changed: false, status: 'ACTIVE' }),
  }),
];
