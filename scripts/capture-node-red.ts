/** Takes the screenshots of the Node-RED editor in docs/images, with Debian's chromium and a fresh local org. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { startEditor } from '../examples/node-red/editor.ts';
import { CONNECTION, exampleCredentials, exampleFlows } from '../examples/node-red/flows.ts';
import { startSandbox } from '../src/sandbox/index.ts';

const images = resolve(import.meta.dirname, '../docs/images');
const image = (name: string) => join(images, `${name}.png`);

/** The part of the editor's API that is used here; functions passed to `evaluate` run in the page. */
interface EditorWindow {
  RED: {
    nodes: { node(id: string): object | null };
    workspaces: { show(id: string): void };
    editor: { edit(node: object | null): void; editConfig(name: string, type: string, id: string): void };
    actions: { invoke(name: string): void };
  };
  $(selector: string): {
    typedInput(what: string, value: string): void;
    removeClass(name: string): void;
    hide(): void;
  };
}

/** The values shown in the form for each authentication mode; invented, except for the one that is tested. */
const FORMS: Record<string, Record<string, string>> = {
  api_token: {},
  client_credentials: {
    clientId: '0oa1abcdefghijklmnop',
    privateKey: '-----BEGIN PRIVATE KEY-----\n(the key that you downloaded)\n-----END PRIVATE KEY-----',
    keyId: 'flows-2026',
    scopes: 'okta.users.read\nokta.groups.manage\nokta.logs.read',
  },
  authorization_code: {
    clientId: '0oa1abcdefghijklmnop',
    scopes: 'okta.users.read\nokta.groups.manage\nokta.logs.read',
  },
};

async function openEditor(browser: Browser, url: string, size: object): Promise<Page> {
  const page = await browser.newPage(size);
  await page.goto(url);
  await page.locator('.red-ui-palette-node[data-palette-type="okta-user"]').waitFor();
  await page.waitForFunction(() => (globalThis as unknown as EditorWindow).RED.nodes.node('start-inject'));
  // Tips differ from start to start.
  await page.evaluate(() => {
    const { $ } = globalThis as unknown as EditorWindow;
    $('.red-ui-sidebar-info').removeClass('show-tips');
    $('.red-ui-help-tips').hide();
  });
  return page;
}

const showTab = (page: Page, tab: string) =>
  page.evaluate((id) => (globalThis as unknown as EditorWindow).RED.workspaces.show(id), tab);

/** The whole editor with the onboarding tab, after a few people were hired. */
async function captureEditor(browser: Browser, url: string): Promise<void> {
  const scale = { viewport: { width: 1760, height: 990 }, deviceScaleFactor: 1600 / 1760 };
  const page = await openEditor(browser, url, scale);
  await showTab(page, 'onboarding-tab');
  for (const department of ['engineering', 'sales', 'legal'])
    await fetch(`${url}inject/start-hire-${department}`, { method: 'POST' });
  await page.locator('.red-ui-debug-msg', { hasText: 'Welcome ' }).nth(2).waitFor();
  await page.screenshot({ path: image('node-red') });
  await page.close();
}

/** An action's form, with the drop-down that reads the groups of the org. */
async function captureForm(browser: Browser, url: string): Promise<void> {
  const scale = { viewport: { width: 1280, height: 720 }, deviceScaleFactor: 1.25 };
  const page = await openEditor(browser, url, scale);
  await showTab(page, 'onboarding-tab');
  await page.evaluate(() => {
    const { RED } = globalThis as unknown as EditorWindow;
    RED.editor.edit(RED.nodes.node('onboarding-add'));
  });
  await page.locator('.okta-field[data-field="groupId"]').waitFor();
  await page.waitForTimeout(600);
  await page.evaluate(() => {
    const field = (globalThis as unknown as EditorWindow).$('.okta-field[data-field="groupId"] > input');
    field.typedInput('value', '');
    field.typedInput('type', 'pick');
  });
  await page.locator('.okta-field[data-field="groupId"] .okta-picked').click();
  await page.locator('.okta-picker-list li').nth(3).waitFor();
  await page.waitForTimeout(400);
  await page.screenshot({ path: image('node-red-form') });
  await page.close();
}

/** The form of the connection for each authentication mode. */
async function captureConnection(browser: Browser, url: string, mode: string): Promise<void> {
  const page = await openEditor(browser, url, {
    viewport: { width: 1280, height: 900 },
    deviceScaleFactor: 1.8,
  });
  await page.evaluate(
    (id) => (globalThis as unknown as EditorWindow).RED.editor.editConfig('', 'okta-connection', id),
    CONNECTION,
  );
  await page.locator('#okta-auth-type').selectOption(mode);
  await page.waitForTimeout(600);
  if (mode === 'api_token') {
    await page.locator('#okta-check').click();
    await page.locator('#okta-check-result[data-ok="true"]').waitFor();
  } else {
    await page.locator('#node-config-input-name').fill('Acme');
    await page.locator('#node-config-input-orgUrl').fill('https://acme.okta.com');
  }
  for (const [name, value] of Object.entries(FORMS[mode] ?? {}))
    await page.locator(`[id="okta-auth-${mode}-${name}"]`).fill(value);
  const header = await page.locator('.red-ui-tray-header').last().boundingBox();
  const last = await page.locator('#okta-check-result').boundingBox();
  if (!header || !last) throw new Error('The form of the connection is not open');
  const clip = { ...header, height: last.y + last.height + 20 - header.y };
  await page.screenshot({ path: image(`node-red-connection-${mode}`), clip });
  await page.close();
}

/** The example in which Okta provisions people, after its buttons did what Okta does. */
async function captureProvisioning(browser: Browser, url: string): Promise<void> {
  const scale = { viewport: { width: 1760, height: 820 }, deviceScaleFactor: 1600 / 1760 };
  const page = await openEditor(browser, url, scale);
  await showTab(page, 'scim-tab');
  await page.evaluate(() =>
    (globalThis as unknown as EditorWindow).RED.actions.invoke('core:show-debug-tab'),
  );
  const shown = page.locator('.red-ui-debug-msg');
  for (const [button, answer] of [
    ['scim-assign', 'created: ana'],
    ['scim-promote', 'changed: ana'],
    ['scim-unassign', 'closed: ana'],
    ['scim-stranger', 'Only people of Acme'],
  ] as const) {
    await fetch(`${url}inject/${button}`, { method: 'POST' });
    await shown.filter({ hasText: answer }).first().waitFor();
  }
  await page.waitForTimeout(400);
  await page.screenshot({ path: image('node-red-provisions') });
  await page.close();
}

/** The form of the node that is the server. */
async function captureServer(browser: Browser, url: string): Promise<void> {
  const scale = { viewport: { width: 1280, height: 820 }, deviceScaleFactor: 1.25 };
  const page = await openEditor(browser, url, scale);
  await showTab(page, 'scim-tab');
  await page.evaluate(() => {
    const { RED } = globalThis as unknown as EditorWindow;
    RED.editor.edit(RED.nodes.node('scim-server'));
  });
  await page.locator('.okta-field[data-field="scimState"]').waitFor();
  await page.waitForTimeout(600);
  await page.evaluate(() => {
    const field = (globalThis as unknown as EditorWindow).$('.okta-field[data-field="scimState"] > input');
    field.typedInput('type', 'str');
    field.typedInput('value', '/var/lib/okta/people.db');
  });
  await page.locator('#node-input-token').fill('a-long-random-text');
  await page.locator('#node-input-publicUrl').fill('https://flows.acme.test');
  await page.waitForTimeout(400);
  await page.screenshot({ path: image('node-red-provisions-form') });
  await page.close();
}

const folder = mkdtempSync(join(tmpdir(), 'okta-node-red-capture-'));
const sandbox = await startSandbox();
const editor = await startEditor({
  ...{ folder, port: 18_950 },
  env: {
    ...{ OKTA_CLIENT_ORGURL: sandbox.orgUrl, OKTA_CLIENT_TOKEN: sandbox.apiToken },
    ...{ OKTA_SCIM_STATE: join(folder, 'people.db'), OKTA_CONNECTOR_SCIM_TOKEN: 'of-the-example' },
  },
  flows: exampleFlows(),
  credentials: exampleCredentials,
});
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu'],
});
try {
  await captureEditor(browser, editor.url);
  await captureForm(browser, editor.url);
  await captureProvisioning(browser, editor.url);
  await captureServer(browser, editor.url);
  for (const mode of Object.keys(FORMS)) await captureConnection(browser, editor.url, mode);
} finally {
  await browser.close();
  await editor.stop();
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
}
