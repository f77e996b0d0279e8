import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';
import { oidcApp, samlApp } from '../support/sso.ts';

/** Two SAML apps, of which one has a newer certificate, and a client with two secrets. */
async function apps(org: Org) {
  const crm = await samlApp(org, `${org.run} CRM`);
  const wiki = await samlApp(org, `${org.run} Wiki`);
  const generate = `/api/v1/apps/${wiki.id}/credentials/keys/generate?validityYears=2`;
  const { kid } = await org.api('POST', generate);
  const known = await org.api('GET', `/api/v1/apps/${wiki.id}`);
  await org.api('PUT', `/api/v1/apps/${wiki.id}`, { ...known, credentials: { signing: { kid } } });
  const desk = await oidcApp(org, `${org.run} Desk`);
  await org.api('POST', `/api/v1/apps/${desk.id}/credentials/secrets`, {});
  await org.pagesOf(1);
  return { crm, wiki, desk, kid: kid as string };
}

export default [
  scenario('list_expiring_credentials', {
    name: 'OD-15 lists certificates and tokens that end soon, over all pages',
    arrange: apps,
    input: () => ({ days: 1_000 }),
    check(output, { wiki, kid }) {
      expect(output.map((one) => one.kind)).toEqual(['saml_certificate', 'api_token']);
      expect(output[0]).toMatchObject({ appId: wiki.id, credentialId: kid });
      expect(output[0]?.daysLeft).toBeGreaterThan(700);
    },
  }),
  scenario('list_expiring_credentials', {
    name: 'OD-15 lists client secrets that are older than allowed, up to a limit',
    arrange: apps,
    input: () => ({ kinds: ['client_secret'], secretMaxAgeDays: 20, limit: 2 }),
    check(output) {
      expect(output.map((one) => [one.kind, one.daysLeft])).toEqual([
        ['client_secret', expect.any(Number)],
        ['client_secret', expect.any(Number)],
      ]);
    },
  }),
  scenario('list_expiring_credentials', {
    name: 'reads a key that several apps share once',
    arrange: apps,
    input: () => ({ kinds: ['saml_certificate'], days: 3_660 }),
    check: (output, { crm }) => expect(output.map((one) => one.appId)).toContain(crm.id),
  }),
];
