import { expect } from 'vitest';
import { makeApp } from '../support/apps.ts';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

async function appOfTwo(org: Org) {
  const app = await makeApp(org, 'Ledger');
  const keys = `/api/v1/apps/${app.id}/credentials/keys`;
  const [first] = await org.api('GET', keys);
  const second = await org.api('POST', `${keys}/generate?validityYears=2`);
  return { app, kids: [first.kid, second.kid] };
}

export default [
  scenario('list_app_certificates', {
    name: 'lists the certificates of an app by its label, over two pages',
    async arrange(org) {
      const world = await appOfTwo(org);
      await org.pagesOf(1);
      return world;
    },
    input: ({ app }) => ({ appId: app.label }),
    check(output, { kids }) {
      expect(output.map(({ kid }) => kid).sort()).toEqual([...kids].sort());
      for (const { expiresAt } of output) expect(Date.parse(String(expiresAt))).toBeGreaterThan(0);
    },
  }),
  scenario('list_app_certificates', {
    name: 'lists one certificate of an app',
    arrange: appOfTwo,
    input: ({ app }) => ({ appId: app.id, limit: 1 }),
    check: (output) => expect(output).toHaveLength(1),
  }),
];
