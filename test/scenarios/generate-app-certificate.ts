import { expect } from 'vitest';
import { makeApp } from '../support/apps.ts';
import { scenario } from '../support/scenario.ts';

const yearsOf = ({ created, expiresAt }: { created?: string | null; expiresAt?: string | null }) =>
  new Date(String(expiresAt)).getUTCFullYear() - new Date(String(created)).getUTCFullYear();

export default [
  scenario('generate_app_certificate', {
    name: 'makes a certificate that is valid for three years',
    arrange: (org) => makeApp(org, 'Ledger'),
    input: ({ label }) => ({ appId: label, validityYears: 3 }),
    check: (output) => expect(yearsOf(output)).toBe(3),
  }),
  scenario('generate_app_certificate', {
    name: 'makes a certificate that is valid for two years unless told otherwise',
    arrange: (org) => makeApp(org, 'Ledger'),
    input: ({ id }) => ({ appId: id }),
    check: (output) => expect(yearsOf(output)).toBe(2),
  }),
];
