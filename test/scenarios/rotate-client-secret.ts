import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';
import { oidcApp } from '../support/sso.ts';

async function client(org: Org) {
  const label = org.named('OneDesk');
  const { id } = await oidcApp(org, label);
  return { label, id, secrets: `/api/v1/apps/${id}/credentials/secrets` };
}

export default [
  scenario('rotate_client_secret', {
    name: 'OD-15 adds a second secret, told once, while the first one stays valid',
    arrange: client,
    input: ({ label }) => ({ appId: label }),
    check(output, { id }) {
      expect(output).toMatchObject({ appId: id, changed: true });
      expect(output.clientSecret).toMatch(/./);
      expect(output.secrets.map(({ status }) => status)).toEqual(['ACTIVE', 'ACTIVE']);
      expect(JSON.stringify(output.secrets)).not.toContain(output.clientSecret);
    },
  }),
  scenario('rotate_client_secret', {
    name: 'does nothing while two are valid',
    async arrange(org) {
      const world = await client(org);
      await org.api('POST', world.secrets, {});
      return world;
    },
    input: ({ id }) => ({ appId: id, phase: 'begin' }),
    check(output) {
      expect(output).toMatchObject({ changed: false });
      expect(output.clientSecret).toBeUndefined();
      expect(output.secrets).toHaveLength(2);
    },
  }),
  scenario('rotate_client_secret', {
    name: 'OD-15 switches the old secret off and deletes it',
    async arrange(org) {
      const world = await client(org);
      const { id: added } = await org.api('POST', world.secrets, {});
      return { ...world, added };
    },
    input: ({ id }) => ({ appId: id, phase: 'finish' }),
    check(output, { added }) {
      expect(output).toMatchObject({ changed: true, secrets: [{ id: added, status: 'ACTIVE' }] });
    },
  }),
];
