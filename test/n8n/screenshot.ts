// node test/n8n/screenshot.ts: the pictures of docs/n8n.md, taken in a real n8n.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { CREDENTIALS, PACKAGE } from '../../src/hosts/n8n/names.ts';
import { startSandbox } from '../../src/sandbox/index.ts';
import { postgres } from '../state-servers/servers.ts';
import { environments, install, installAsPrinted } from './install.ts';
import { Rest } from './rest.ts';
import { N8n } from './server.ts';
import { okta } from './workflows.ts';

const images = join(import.meta.dirname, '../../docs/images');
const chrome = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path));

const sandbox = await startSandbox();
const database = await postgres.start();
const userFolder = mkdtempSync(join(tmpdir(), 'n8n-screenshot-'));
installAsPrinted(userFolder, 'n8n.md', '## Install');
const n8n = await N8n.create({
  installed: install('1'),
  userFolder,
  database: database.url,
  env: environments['1'],
});
await n8n.start();
const browser = await chromium.launch({ executablePath: chrome, args: ['--no-sandbox'] });
try {
  const rest = new Rest(n8n.url);
  await rest.setUp();
  const connection = { orgUrl: sandbox.orgUrl, token: sandbox.apiToken };
  const credential = await rest.createCredential(CREDENTIALS.token, connection, 'Okta of Acme');
  const { fields } = await rest.parameters('resource-mapper-fields', {
    ...{ path: 'parameters.profile', methodName: 'getProfileAttributes' },
    nodeTypeAndVersion: { name: `${PACKAGE}.oktaConnector`, version: 1 },
    currentNodeParameters: { authentication: 'token', resource: 'user', operation: 'update_user' },
    credentials: { [credential.type]: { id: credential.id, name: credential.name } },
  });
  const open = async (name: string, parameters: object, type: string) => {
    const node = { ...okta(type, parameters, credential), name: 'Okta Connector', position: [0, 0] };
    return rest.createWorkflow(name, [node], {});
  };
  const login = { __rl: true, mode: 'list', value: sandbox.admin.id, cachedResultName: sandbox.admin.login };
  const profile = {
    mappingMode: 'defineBelow',
    value: { department: 'Sales', city: 'Rome' },
    matchingColumns: [],
    schema: fields.map((field: { id: string }) => ({
      ...field,
      removed: !['department', 'city'].includes(field.id),
    })),
  };
  const pages = [
    [
      'n8n-node',
      'oktaConnector',
      { authentication: 'token', resource: 'user', operation: 'update_user', userId: login, profile },
    ],
    [
      'n8n-trigger',
      'oktaConnectorTrigger',
      { authentication: 'token', event: 'user_added_to_group', additionalFields: { include: true } },
    ],
  ] as const;
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const { cookie, browserId } = rest.session;
  await context.addCookies([{ name: 'n8n-auth', value: cookie, url: n8n.url, httpOnly: true }]);
  await context.addInitScript((id) => localStorage.setItem('n8n-browserId', id), browserId);
  const page = await context.newPage();
  for (const [name, type, parameters] of pages) {
    const { id } = await open(name, parameters, type);
    await page.goto(`${n8n.url}/workflow/${id}`);
    const node = page.locator('[data-test-id="canvas-node"]').first();
    await node.waitFor({ timeout: 60_000 });
    await page.waitForTimeout(2_000);
    await node.dblclick();
    await page.locator('[data-test-id="parameter-input"]').first().waitFor();
    await page.waitForTimeout(4_000);
    await page.screenshot({ path: join(images, `${name}.png`) });
  }
} finally {
  await browser.close();
  await n8n.stop();
  await database.stop();
  await sandbox.close();
  rmSync(userFolder, { recursive: true, force: true });
}
