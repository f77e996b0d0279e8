import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { ACS, AUDIENCE, IDP, idpMetadata, postedResponse, REQUEST } from '../support/saml-idp.ts';
import { IDP_KEY, OTHER_KEY } from '../support/saml-keys.ts';
import { scenario } from '../support/scenario.ts';
import { samlApp } from '../support/sso.ts';

const ana = { id: '4711', kind: 'user' as const, email: 'ana.ruiz@acme.test' };

/** An app, and the id of an assertion that no other scenario uses. */
async function app(org: Org) {
  const label = org.named('CRM');
  await samlApp(org, label);
  return { label, now: org.now(), id: `_${org.run}` };
}

export default [
  scenario('verify_saml_response', {
    name: 'OD-17 for an app, from another identity provider: links the account with the same address',
    arrange: app,
    input: ({ label, now, id }) => ({
      samlResponse: postedResponse({ now, id: `${id}a` }),
      ...{ appId: label, idpEntityId: IDP, certificate: OTHER_KEY.certificate + IDP_KEY.certificate },
      ...{ requestId: REQUEST, records: [ana], trustEmail: true },
    }),
    check(output) {
      expect(output).toMatchObject({
        identity: { issuer: IDP, subject: ana.email, email: ana.email, emailVerified: true },
        ...{ decision: 'link', record: ana, attributes: { groups: ['Sales'] } },
        ...{ profile: { firstName: 'Ana', login: ana.email }, warnings: [expect.stringContaining('state')] },
      });
    },
  }),
  scenario('verify_saml_response', {
    name: 'OIN-1 OD-13 started at the identity provider, with metadata: makes the account as the mapping says',
    arrange: app,
    input: ({ now, id }) => ({
      samlResponse: String(
        new URLSearchParams({
          SAMLResponse: postedResponse({
            ...{ now: now - 3_600_000, id: `${id}b`, inResponseTo: null, sign: ['assertion'] },
            attributes: { email: ['bo@acme.test'], groups: ['Agents', 'Everyone'] },
            nameId: 'bo@acme.test',
          }),
          RelayState: '/tickets/17',
        }),
      ),
      ...{ idpMetadataXml: idpMetadata(OTHER_KEY, IDP_KEY), audience: AUDIENCE, acsUrl: ACS },
      ...{ allowIdpInitiated: true, allowedSkewSeconds: 3600, wantSigned: 'assertion' },
      ...{ accounts: 'customers', provisioning: true, records: [{ ...ana, id: 'c-12', kind: 'customer' }] },
      mapping: {
        ...{ preset: false, fields: { mail: 'profile.email' } },
        rules: [{ group: 'Agents', assign: { role: 'Agent' } }],
      },
    }),
    check(output) {
      expect(output).toMatchObject({
        ...{ decision: 'create', profile: { mail: 'bo@acme.test' }, relayState: '/tickets/17' },
        ...{ assignments: [{ type: 'role', value: 'Agent' }], groupsAreComplete: true },
      });
      expect(output.warnings).toEqual([expect.stringContaining('state')]);
    },
  }),
  scenario('verify_saml_response', {
    name: 'OD-7 names the user who has the address of a customer that signs in',
    arrange: app,
    input: ({ label, now, id }) => ({
      samlResponse: postedResponse({ now, id: `${id}c` }),
      ...{ appId: label, idpMetadataXml: idpMetadata(IDP_KEY), requestId: REQUEST },
      ...{ accounts: 'customers', records: [ana] },
    }),
    check: (output) => expect(output).toMatchObject({ decision: 'conflict', records: [ana] }),
  }),
];
