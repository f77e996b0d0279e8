import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';
import { acs, SP, samlApp, several, spMetadata } from '../support/sso.ts';

async function app(org: Org) {
  const label = org.named('CRM');
  const { id } = await samlApp(org, label, { audience: `${SP}/crm`, ssoAcsUrl: `${SP}/old` });
  const self = new URL((await org.api('GET', `/api/v1/apps/${id}`))._links.metadata.href);
  return { label, id, metadataUrl: `${self.origin}/app/exk${id.slice(3)}/sso/saml/metadata` };
}

export default [
  scenario('validate_saml_metadata', {
    name: 'OD-12 reads entity ID, sign-on URL and certificate of an app',
    arrange: app,
    input: ({ label }) => ({ appId: label }),
    check(output) {
      expect(output).toMatchObject({ valid: true, role: 'identity_provider', problems: [] });
      expect(output.ssoUrls.map(({ binding }) => binding)).toEqual(['HTTP-POST', 'HTTP-Redirect']);
      expect(output.certificates).toMatchObject([
        { use: 'signing', notAfter: expect.stringMatching(/^2036-/) },
      ]);
    },
  }),
  scenario('validate_saml_metadata', {
    name: 'says what is wrong with the metadata of a service provider',
    arrange: app,
    input: ({ id }) => ({
      metadataXml: several(
        spMetadata({ entityId: `${SP}/other` }),
        spMetadata({
          attributes: 'validUntil="2025-01-01T00:00:00Z"',
          inside: `<SingleLogoutService Binding="x:HTTP-Redirect" Location="${SP}/slo"/>
    <NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:transient</NameIDFormat>${acs('/acs', 0)}`,
        }),
      ),
      ...{ metadataUrl: `${SP}/metadata`, entityId: `${SP}/saml`, appId: id },
    }),
    check(output) {
      expect(output).toMatchObject({ valid: false, role: 'service_provider', isCurrent: false });
      expect(output).toMatchObject({ acsUrl: `${SP}/acs`, validUntil: '2025-01-01T00:00:00.000Z' });
      expect(output.problems).toEqual([
        expect.stringContaining('valid until 2025-01-01'),
        expect.stringContaining('another audience: https://elsewhere.example/crm'),
        expect.stringContaining('another address: https://elsewhere.example/old'),
      ]);
    },
  }),
  scenario('validate_saml_metadata', {
    name: 'says that published metadata are those of the app',
    arrange: app,
    input: ({ id, metadataUrl }) => ({ appId: id, metadataUrl }),
    check: (output) => expect(output).toMatchObject({ valid: true, isCurrent: true }),
  }),
];
