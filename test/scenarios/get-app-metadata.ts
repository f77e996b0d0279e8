import { expect } from 'vitest';
import { newApp } from '../support/app.ts';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

async function appWithKey(org: Org) {
  const { id, label } = await newApp(org);
  const { credentials } = await org.api('GET', `/api/v1/apps/${id}`);
  return { id, label, kid: credentials.signing.kid as string };
}

export default [
  scenario('get_app_metadata', {
    name: 'reads the metadata with the key that the app signs with',
    arrange: appWithKey,
    input: ({ label }) => ({ appId: label }),
    check: (output, { id, kid }) => {
      expect(output).toMatchObject({ appId: id, kid, ssoUrl: expect.stringContaining('/sso/saml') });
      expect(output.entityId).toMatch(/^http:\/\/[^/]+\/exk/);
      expect(output.certificates).toHaveLength(1);
      expect(output.xml).toContain(`entityID="${output.entityId}"`);
    },
  }),
  scenario('get_app_metadata', {
    name: 'reads the metadata with a given key',
    arrange: appWithKey,
    input: ({ id, kid }) => ({ appId: id, kid }),
    check: (output, { kid }) => expect(output).toMatchObject({ kid }),
  }),
];
