import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Editor, startEditor } from '../../examples/node-red/editor.ts';
import { connect } from '../../src/index.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { freePort } from '../support/free-port.ts';
import { openBrowser } from './editor-page.ts';

const password = 'Right-Pass-1';
const screenshots = process.env.SCREENSHOTS;

describe.each([5, 4] as const)(
  'OD-3 Node-RED %i, with the block of set_up_oidc_sso in its settings',
  (version) => {
    let sandbox: Sandbox;
    let editor: Editor;
    let browser: Browser;
    const folder = mkdtempSync(join(tmpdir(), 'node-red-sign-in-'));

    /** Creates a user who can sign in. */
    async function newUser(login: string): Promise<void> {
      const profile = { firstName: 'Ana', lastName: 'Ruiz', login, email: login };
      const response = await fetch(`${sandbox.orgUrl}/api/v1/users`, {
        method: 'POST',
        headers: { authorization: `SSWS ${sandbox.apiToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({ profile, credentials: { password: { value: password } } }),
      });
      expect(response.status).toBe(200);
    }

    beforeAll(async () => {
      sandbox = await startSandbox();
      const okta = connect({ orgUrl: sandbox.orgUrl, auth: { type: 'api_token', token: sandbox.apiToken } });
      for (const login of ['ana.ruiz@acme.test', 'assigned@acme.test', 'nobody@acme.test'])
        await newUser(login);
      const port = await freePort();
      const { configuration = '', clientSecret = '' } = await okta.run('set_up_oidc_sso', {
        ...{ label: 'Node-RED', application: 'node-red' },
        redirectUris: [`http://127.0.0.1:${port}/auth/strategy/callback`],
        assignUsers: ['ana.ruiz@acme.test', 'assigned@acme.test'],
      });
      okta.close();
      const settings = configuration
        .replace('{clientSecret}', clientSecret)
        .replace('{login}', 'ana.ruiz@acme.test');
      expect(settings).not.toMatch(/'\{\w+\}'/);
      // What npm install does in the folder of settings.js.
      mkdirSync(join(folder, 'node_modules'));
      const strategy = resolve(import.meta.dirname, '../../node_modules/passport-openidconnect');
      symlinkSync(strategy, join(folder, 'node_modules/passport-openidconnect'));
      [editor, browser] = await Promise.all([
        startEditor({ folder, version, port, env: {}, flows: [], credentials: {}, settings }),
        openBrowser(),
      ]);
      expect(editor.url).toBe(`http://127.0.0.1:${port}/`);
    }, 60_000);

    afterAll(async () => {
      await browser?.close();
      await editor?.stop();
      await sandbox?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    /** Presses the button of Node-RED: a link to #, which now and then cancels the way to the org that it begins. */
    async function toOkta(page: Page): Promise<void> {
      const arrived = page.waitForURL(`${sandbox.orgUrl}/**`, { timeout: 3_000 });
      arrived.catch(() => {});
      await page.getByText('Sign in with Okta').click();
      await arrived.catch(() => page.goto(`${editor.url}auth/strategy`));
      expect(page.url()).toContain(sandbox.orgUrl);
    }

    /** Opens the editor in a browser of its own and signs in at the org. */
    async function signIn(login: string): Promise<Page> {
      const context = await browser.newContext();
      const page = await context.newPage();
      page.setDefaultTimeout(10_000);
      await page.goto(editor.url);
      await toOkta(page);
      if (screenshots) await page.screenshot({ path: join(screenshots, `sign-in-${version}.png`) });
      await page.getByLabel('Username').fill(login);
      await page.getByLabel('Password').fill(password);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.waitForURL(`${editor.url}**`);
      return page;
    }

    it('signs a person in to the editor', async () => {
      const page = await signIn('ana.ruiz@acme.test');
      await page.locator('#red-ui-header-button-deploy').waitFor();
      await page.locator('#red-ui-header-button-user').click();
      await page.getByText('ana.ruiz@acme.test').first().waitFor();
      await page.context().close();
    });

    it('lets nobody in whom Okta refuses, or who is not among its users', async () => {
      const refused = await signIn('nobody@acme.test');
      await refused.getByText('User is not assigned to the client application').waitFor();
      const unknown = await signIn('assigned@acme.test');
      await unknown.getByText('Unauthorized').waitFor();
      for (const page of [refused, unknown]) {
        expect(await page.locator('#red-ui-header-button-deploy').count()).toBe(0);
        await page.context().close();
      }
    });
  },
);
