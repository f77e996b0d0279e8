import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';
import { acs, SP, samlApp, several, spMetadata, stepsOf } from '../support/sso.ts';

const PAOS = 'urn:oasis:names:tc:SAML:2.0:bindings:PAOS';
const asked = ['givenName', 'urn:oid:sn', 'shoeSize']
  .map((name) => `<RequestedAttribute Name="${name}"/>`)
  .join('');
const inside = [
  '<SingleLogoutService Binding="x:HTTP-Redirect" Location="https://elsewhere.example/slo"/>',
  '<NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:transient</NameIDFormat>',
  acs('/paos', 0, '', PAOS),
  acs('/second', 1, 'isDefault="false"'),
  acs('/first', 2, 'isDefault="true"'),
  acs('/third', 3),
  `<AttributeConsumingService index="0">${asked}</AttributeConsumingService>`,
].join('\n    ');

async function people(org: Org) {
  const ana = await org.user('ana');
  const group = await org.group('Sales');
  await org.member(ana, group);
  return { ana, group, label: org.named('CRM') };
}

const email = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';

export default [
  scenario('set_up_saml_sso', {
    name: 'OD-8 OD-11 creates the app from pasted metadata: the default service, e-mail instead of transient',
    arrange: people,
    input: ({ label, group, ana }) => ({
      ...{ label, spMetadataXml: spMetadata({ inside }), spMetadataUrl: `${SP}/metadata` },
      ...{ assignGroups: [group.name], assignUsers: [ana.id] },
    }),
    check(output) {
      expect(output).toMatchObject({ changed: true, readyForAutoRedirect: true, nameIdFormat: email });
      expect(output).toMatchObject({ spEntityId: `${SP}/saml`, acsUrl: `${SP}/first` });
      expect(output.attributes).toEqual(['givenName', 'urn:oid:sn']);
      expect(output.warnings).toHaveLength(2);
      expect(output.metadataUrl).toMatch(/\/app\/exk\w+\/sso\/saml\/metadata$/);
      expect(output.metadataXml).toContain(`entityID="${output.entityId}"`);
      expect(output.certificate?.pem).toMatch(/^-----BEGIN CERTIFICATE-----\nMII/);
      expect(output.certificate?.notAfter).toMatch(/^20\d\d-/);
      expect(output.configuration).toContain(output.certificate?.pem.trimEnd());
      const steps = stepsOf(output);
      expect(Object.values(steps).map(({ status }) => status)).toEqual(Array(3).fill('done'));
    },
  }),
  scenario('set_up_saml_sso', {
    name: 'OD-9 OIN-3 sends attributes and groups under the names that the application wants',
    arrange: people,
    input: ({ label }) => ({
      ...{ label, entityId: `${SP}/saml`, acsUrl: `${SP}/acs`, nameIdFormat: 'unspecified' },
      attributes: { first: 'user.firstName', mail: 'user.email' },
      groups: { name: 'roles', filterType: 'STARTS_WITH', filterValue: 'Sales' },
      application: 'node-saml',
    }),
    check(output) {
      expect(output.attributes).toEqual(['first', 'mail', 'roles']);
      expect(output.nameIdFormat).toMatch(/1\.1:nameid-format:unspecified$/);
      expect(output.configuration).toContain(`entryPoint: '${output.ssoUrl}'`);
      expect(output.warnings).toEqual([]);
    },
  }),
  scenario('set_up_saml_sso', {
    name: 'OIN-4 changes only what drifted: one more address of a tenant; notes of others are kept',
    async arrange(org) {
      const world = await people(org);
      const { id } = await samlApp(org, world.label, { audience: `${SP}/other` });
      const app = await org.api('GET', `/api/v1/apps/${id}`);
      const notes = { admin: `Ask Bo first\n${app.settings.notes.admin}` };
      await org.api('PUT', `/api/v1/apps/${id}`, { ...app, settings: { ...app.settings, notes } });
      return { ...world, id };
    },
    input: ({ label }) => ({
      label,
      ...{ spMetadataXml: spMetadata({ inside: acs('/acs', 0) + acs('/eu/acs', 1) }), acsUrl: `${SP}/acs` },
      ...{ entityId: `${SP}/saml` },
    }),
    check(output, { id }) {
      expect(output).toMatchObject({ appId: id, changed: true });
      expect(stepsOf(output).create_or_update_app?.changes).toMatchObject([
        {
          change: 'update_app',
          name: 'settings.signOn.audience, settings.signOn.allowMultipleAcsEndpoints, settings.signOn.acsEndpoints',
        },
      ]);
    },
  }),
  scenario('set_up_saml_sso', {
    name: 'takes one of several entities, and another of its services',
    arrange: people,
    input: ({ label }) => ({
      label,
      spMetadataXml: several(
        spMetadata({ entityId: `${SP}/one` }),
        spMetadata({ entityId: `${SP}/two`, inside: acs('/two', 0) + acs('/eu/two', 1) }),
      ),
      ...{ entityId: `${SP}/two`, acsUrl: `${SP}/eu/two`, dryRun: true },
    }),
    check(output) {
      expect(output).toMatchObject({ dryRun: true, changed: false, acsUrl: `${SP}/eu/two` });
      expect(output.spEntityId).toBe(`${SP}/two`);
      expect(output.appId).toBeUndefined();
    },
  }),
  scenario('set_up_saml_sso', {
    name: 'OD-14 takes over an app that was made by hand, for the users of OneDesk',
    async arrange(org) {
      const world = await people(org);
      const { id } = await samlApp(org, world.label);
      const app = await org.api('GET', `/api/v1/apps/${id}`);
      const notes = { admin: null };
      await org.api('PUT', `/api/v1/apps/${id}`, { ...app, settings: { ...app.settings, notes } });
      return { ...world, id };
    },
    input: ({ label }) => ({
      ...{ label, entityId: `${SP}/saml`, acsUrl: `${SP}/acs`, takeOver: true, application: 'onedesk' },
    }),
    check: (output, { id }) => {
      expect(output).toMatchObject({ appId: id, changed: true });
      expect(output.configuration).toContain('customers sign in by OpenID Connect only');
      expect(stepsOf(output).create_or_update_app?.changes).toMatchObject([{ name: 'settings.notes.admin' }]);
    },
  }),
  scenario('set_up_saml_sso', {
    name: 'finds a renamed app by its mark, over all pages',
    async arrange(org) {
      const world = await people(org);
      const { id } = await samlApp(org, world.label);
      const app = await org.api('GET', `/api/v1/apps/${id}`);
      await org.api('PUT', `/api/v1/apps/${id}`, { ...app, label: `${org.run} renamed` });
      const extra = await org.group('Extra');
      for (const one of [world.group, extra]) await org.api('PUT', `/api/v1/apps/${id}/groups/${one.id}`, {});
      await org.member(await org.user('bo'), world.group);
      await org.pagesOf(1);
      return { ...world, id, extra };
    },
    input: ({ label, group, extra }) => ({
      ...{ label, entityId: `${SP}/saml`, acsUrl: `${SP}/acs`, assignGroups: [group.id, extra.id] },
    }),
    check(output, { id }) {
      expect(output).toMatchObject({ appId: id, changed: true });
      expect(stepsOf(output).create_or_update_app?.changes).toMatchObject([{ name: 'label' }]);
      expect(stepsOf(output).assign_groups?.status).toBe('unchanged');
    },
  }),
];
