import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';
import { samlApp } from '../support/sso.ts';

async function app(org: Org) {
  const label = org.named('CRM');
  const { id } = await samlApp(org, label);
  const { credentials } = await org.api('GET', `/api/v1/apps/${id}`);
  return { label, id, kid: credentials.signing.kid as string };
}

async function withNext(org: Org) {
  const world = await app(org);
  const generate = `/api/v1/apps/${world.id}/credentials/keys/generate?validityYears=2`;
  const { kid: next } = await org.api('POST', generate);
  return { ...world, next: next as string };
}

export default [
  scenario('rotate_saml_certificate', {
    name: 'sso-field 17 makes the next certificate, while the app signs with the present one',
    arrange: app,
    input: ({ label }) => ({ appId: label, validityYears: 3 }),
    check(output, { id, kid }) {
      expect(output).toMatchObject({ appId: id, changed: true });
      expect(output.kid).not.toBe(kid);
      expect(output.certificate.notAfter).toMatch(/^2029-/);
      expect(output.metadataXml).toContain('X509Certificate');
    },
  }),
  scenario('rotate_saml_certificate', {
    name: 'makes no third one',
    arrange: withNext,
    input: ({ id }) => ({ appId: id, phase: 'begin' }),
    check: (output, { next }) => expect(output).toMatchObject({ changed: false, kid: next }),
  }),
  scenario('rotate_saml_certificate', {
    name: 'lets the app sign with the next certificate',
    arrange: withNext,
    input: ({ id }) => ({ appId: id, phase: 'finish' }),
    check: (output, { next }) => expect(output).toMatchObject({ changed: true, kid: next }),
  }),
];
