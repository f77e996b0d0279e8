/** What a person meets who builds a flow from an empty canvas. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Editor, startEditor } from '../../examples/node-red/editor.ts';
import { CONNECTION, exampleCredentials, exampleFlows } from '../../examples/node-red/flows.ts';
import { connect } from '../../src/index.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { EditorPage, openBrowser } from './editor-page.ts';

describe.each([5, 4] as const)('a builder in Node-RED %i', (version) => {
  let sandbox: Sandbox;
  let editor: Editor;
  let browser: Browser;
  const folder = mkdtempSync(join(tmpdir(), 'node-red-'));

  beforeAll(async () => {
    sandbox = await startSandbox();
    const connection = exampleFlows().filter((node) => node.id === CONNECTION);
    [editor, browser] = await Promise.all([
      startEditor({
        ...{ folder, version, port: 18_920 },
        env: { OKTA_CLIENT_ORGURL: sandbox.orgUrl, OKTA_CLIENT_TOKEN: sandbox.apiToken },
        flows: [{ id: 'first-tab', type: 'tab', label: 'First' }, ...connection],
        credentials: exampleCredentials,
      }),
      openBrowser(),
    ]);
    const body = { profile: { name: 'Everyone at Sales' } };
    await okta().run('call_api', { method: 'POST', path: '/api/v1/groups', body });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await editor?.stop();
    await sandbox?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const okta = () =>
    connect({ orgUrl: sandbox.orgUrl, auth: { type: 'api_token', token: sandbox.apiToken } });

  /** Hires somebody, and waits until the flow has put them into the group and told so. */
  async function expectFlowWorks(ui: EditorPage, login: string): Promise<void> {
    await okta().run('create_user', { profile: { login, email: login, firstName: 'New', lastName: 'Hire' } });
    const members = async () =>
      JSON.stringify(await okta().run('list_group_members', { groupId: 'Everyone at Sales' }));
    await expect.poll(members, { timeout: 20_000 }).toContain(login);
    await ui.debug().first().waitFor();
  }

  const nodeOf = (page: Page, type: string) =>
    page.evaluate<{ id: string; operation: string; fields: object; valid: boolean } | undefined>(
      `(({ id, operation, fields, valid } = {}) => ({ id, operation, fields, valid }))(RED.nodes.filterNodes({ type: '${type}', z: RED.workspaces.active() }).at(-1))`,
    );

  it('G.8 (done when) builds "new user, then group, then notice" by mouse', async () => {
    const ui = await EditorPage.open(browser, editor.url);
    const { page } = ui;
    await ui.newTab();
    const trigger = await ui.drag('okta-polling', 160, 140);
    await ui.edit(trigger);
    await page.selectOption('#node-input-operation', 'user_created');
    await page.fill('#node-input-interval', '1');
    await ui.done();
    const group = await ui.drag('okta-group', 460, 140);
    // Nothing is preset that would change something in the org.
    expect((await nodeOf(page, 'okta-group'))?.operation).toBe('');
    await ui.edit(group);
    await page.selectOption('#node-input-operation', 'add_user_to_group');
    await page.locator('[data-field="groupId"] .okta-picked').click();
    await page.locator('.okta-picker-list li', { hasText: 'Everyone at Sales' }).click();
    await fromMessage(page, 'userId', 'payload.userId');
    await ui.done();
    const debug = await ui.drag('debug', 960, 140);
    await ui.wire(trigger, group);
    await ui.wire(group, debug);
    await ui.deploy();
    await expect.poll(() => ui.statusOf(trigger)).toContain('watching');
    await expectFlowWorks(ui, `mouse.${version}@acme.test`);
    // Whom it acts on stands on the node.
    expect(await page.locator(`[id="${group}"] .red-ui-flow-node-label`).textContent()).toContain(
      'Everyone at Sales',
    );
    expect(ui.errors).toEqual([]);
    await page.close();
  }, 60_000);

  it('G.8 (done when) builds "new user, then group, then notice" by keyboard alone, adding by operation', async () => {
    const ui = await EditorPage.open(browser, editor.url);
    const { page } = ui;
    await ui.newTab();
    const type = (text: string) => page.keyboard.type(text);
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key);
    };
    /** Adds a node after the selected one, found by what it does. */
    const add = async (words: string) => {
      await page.locator('#red-ui-workspace-chart').focus();
      await press('Control+Shift+P');
      await expect.poll(() => page.evaluate('document.activeElement.tagName')).toBe('INPUT');
      await page.waitForTimeout(500);
      await type('after the selected one (okta');
      await page.waitForTimeout(300);
      await press('Enter');
      await page.locator('#red-ui-type-search-input').waitFor();
      await page.waitForTimeout(500);
      await type(words);
      await page.waitForTimeout(500);
      await press('Enter');
      await page.waitForTimeout(400);
    };
    /** Goes on with Tab until the focus is where it should be. */
    const tabTo = async (selector: string) => {
      for (let left = 60; left > 0; left--) {
        if (await page.evaluate(`document.activeElement?.matches(${JSON.stringify(selector)})`)) return;
        await press('Tab');
      }
      throw new Error(`${selector} is out of reach of the keyboard`);
    };
    const open = async () => {
      await press('Enter');
      await page.locator('.okta-description, #node-dialog-ok').first().waitFor();
      await page.waitForTimeout(400);
    };
    const done = async () => {
      await press('Control+Enter');
      await page.locator('#node-dialog-ok').waitFor({ state: 'detached' });
    };

    await add('user created (okta new event');
    expect(await nodeOf(page, 'okta-polling')).toMatchObject({ operation: 'user_created' });
    await open();
    await tabTo('#node-input-interval');
    await press('Control+A');
    await type('1');
    await done();

    await add('add user to group');
    expect(await nodeOf(page, 'okta-group')).toMatchObject({ operation: 'add_user_to_group' });
    await open();
    await tabTo('[data-field="userId"] .red-ui-typedInput-type-select');
    await press('Enter');
    await page.locator('.red-ui-typedInput-options a:visible').first().waitFor();
    const focused = () => page.evaluate<string>('document.activeElement.textContent');
    // The list takes the focus a moment after it is there.
    await expect.poll(focused).not.toBe('');
    for (let left = 12; left > 0 && !(await focused()).includes('msg.'); left--) {
      await press('ArrowDown');
      await page.waitForTimeout(50);
    }
    await press('Enter');
    await page.locator('.red-ui-typedInput-options a:visible').first().waitFor({ state: 'hidden' });
    await tabTo('[data-field="userId"] .red-ui-typedInput-input');
    await press('Control+A');
    await type('payload.userId');
    await tabTo('[data-field="groupId"] .okta-picked');
    await press('Enter');
    await page.locator('.okta-picker-list li').first().waitFor();
    await type('Everyone at');
    await expect.poll(() => page.locator('.okta-picker-list li').count()).toBe(1);
    await press('Tab', 'Enter');
    await done();

    await add('debug');
    await press('Control+D');
    await page.waitForFunction('!RED.nodes.dirty()');
    const { id } = (await nodeOf(page, 'okta-polling')) ?? {};
    await expect.poll(() => ui.statusOf(id as string)).toContain('watching');
    await expectFlowWorks(ui, `keys.${version}@acme.test`);
    expect(ui.errors).toEqual([]);
    await page.close();
  }, 90_000);

  it("G.4 the org's required attributes stand in the form of Create user and are starred", async () => {
    const ui = await EditorPage.open(browser, editor.url);
    const { page } = ui;
    await ui.newTab();
    await ui.edit(await ui.drag('okta-user', 300, 140));
    await page.selectOption('#node-input-operation', 'create_user');
    const starred = () =>
      page.evaluate<string[]>(
        `[...document.querySelectorAll('.okta-attributes [data-field]')].filter(row => [...row.querySelectorAll('.okta-required')].some(star => star.offsetParent)).map(row => row.dataset.field)`,
      );
    const usual = ['login', 'email', 'firstName', 'lastName'].map((name) => `profile.${name}`);
    expect((await starred()).sort()).toEqual([...usual].sort());
    // The schema of this org makes one more of them required, and one less.
    await page.locator('#node-dialog-cancel').click();
    const schema = '/api/v1/meta/schemas/user/default';
    const definitions = {
      custom: { id: '#custom', properties: { badge: { title: 'Badge', type: 'string', required: true } } },
    };
    await okta().run('call_api', { method: 'POST', path: schema, body: { definitions } });
    await ui.edit(await ui.drag('okta-user', 300, 240));
    await page.selectOption('#node-input-operation', 'create_user');
    await expect.poll(async () => (await starred()).sort()).toEqual([...usual, 'profile.badge'].sort());
    await page.selectOption('#node-input-operation', 'update_user');
    await page.waitForTimeout(500);
    expect(await starred()).toEqual([]);
    await page.locator('#node-dialog-cancel').click();
    await okta().run('call_api', {
      ...{ method: 'POST', path: schema },
      body: { definitions: { custom: { id: '#custom', properties: { badge: null } } } },
    });
    expect(ui.errors).toEqual([]);
    await page.close();
  }, 40_000);

  it('G.5 a trigger is narrowed to a group that is picked', async () => {
    const ui = await EditorPage.open(browser, editor.url);
    const { page } = ui;
    await ui.newTab();
    await ui.edit(await ui.drag('okta-polling', 300, 140));
    await page.selectOption('#node-input-operation', 'user_added_to_group');
    const row = page.locator('[data-field="group"]');
    await row.locator('.red-ui-typedInput-type-select').click();
    await page.locator('.red-ui-typedInput-options a:visible', { hasText: 'from the org' }).click();
    await row.locator('.okta-picked').click();
    await page.locator('.okta-picker-list li', { hasText: 'Engineering' }).first().click();
    await ui.done();
    expect((await nodeOf(page, 'okta-polling'))?.fields).toMatchObject({
      group: { type: 'pick', label: 'Engineering' },
    });
    await page.close();
  }, 30_000);

  it('G.6 the form says what is wrong, and when a schedule comes next', async () => {
    const ui = await EditorPage.open(browser, editor.url);
    const { page } = ui;
    await ui.newTab();
    const schedule = await ui.drag('okta-schedule', 300, 140);
    await ui.edit(schedule);
    await page.selectOption('#okta-rhythm', 'weekdays');
    await page.fill('#okta-time', '07:30');
    expect(await page.inputValue('#node-input-cron')).toBe('30 7 * * 1-5');
    await expect.poll(() => page.locator('#okta-next-run').innerText()).toMatch(/^Next run: .*7:30/);
    await page.fill('#node-input-cron', '99 7 * * *');
    await expect
      .poll(() => page.locator('#okta-next-run').innerText())
      .toContain('is not a valid cron expression');
    await ui.done();
    const reasons = (id: string) =>
      page.evaluate<string>(`RED.nodes.node('${id}').validationErrors.join(' ')`);
    expect(await reasons(schedule)).toContain('"99 7 * * *" is not a valid cron expression');

    const api = await ui.drag('okta-api', 300, 240);
    await ui.edit(api);
    const row = page.locator('[data-field="query"]');
    await row.locator('.red-ui-typedInput-type-select').click();
    await page.locator('.red-ui-typedInput-options a:visible', { hasText: 'JSON' }).click();
    await row.locator('.red-ui-typedInput-input').fill('{"limit": ');
    await expect.poll(() => row.locator('.okta-problem').innerText()).toContain('This is not valid JSON');
    // By keyboard: what the field means.
    await row.locator('.okta-help').focus();
    await page.keyboard.press('Enter');
    expect(await row.locator('.okta-help').getAttribute('aria-expanded')).toBe('true');
    expect(await row.locator('.okta-help-text').innerText()).not.toBe('');
    await ui.done();
    expect(await reasons(api)).toContain('This is not valid JSON');
    expect(await reasons(api)).toContain('Path: must be filled in.');

    const log = await ui.drag('okta-polling', 300, 340);
    await ui.edit(log);
    const since = page.locator('[data-field="since"]');
    await since.locator('input[type="datetime-local"]').fill('2026-02-03T10:00');
    await ui.done();
    expect((await nodeOf(page, 'okta-polling'))?.fields).toEqual({
      since: { type: 'str', value: new Date('2026-02-03T10:00').toISOString() },
    });
    expect(ui.errors).toEqual([]);
    await page.close();
  }, 40_000);

  it('G.6 a DPoP that is neither yes nor no for Okta is told in the form', async () => {
    const ui = await EditorPage.open(browser, editor.url);
    const { page } = ui;
    await page.evaluate(`{
      const node = RED.nodes.node('${CONNECTION}');
      node.auth = { type: 'client_credentials', clientId: '0oa1', scopes: 'okta.users.read', dpop: 'yes' };
      RED.editor.validateNode(node);
    }`);
    const reasons = await page.evaluate<string>(`RED.nodes.node('${CONNECTION}').validationErrors.join(' ')`);
    expect(reasons).toContain('DPoP: must be one of');
    await page.evaluate(`RED.editor.editConfig('', 'okta-connection', '${CONNECTION}')`);
    const dpop = page.locator('[id="okta-auth-client_credentials-dpop"]');
    expect(await dpop.inputValue()).toBe('yes');
    await dpop.selectOption('true');
    // Whoever looks over one's shoulder reads no key.
    const key = "document.getElementById('okta-auth-client_credentials-privateKey')";
    expect(await page.evaluate(`getComputedStyle(${key}).getPropertyValue('-webkit-text-security')`)).toBe(
      'disc',
    );
    await page.click('#node-config-dialog-cancel');
    await page.close();
  }, 30_000);

  it('G.7 a connection says how it is when it is opened again, and after a sign-in', async () => {
    const ui = await EditorPage.open(browser, editor.url);
    const { page } = ui;
    const result = page.locator('#okta-check-result');
    await page.evaluate(`RED.editor.editConfig('', 'okta-connection', '${CONNECTION}')`);
    await expect.poll(() => result.getAttribute('data-ok')).toBe('true');
    expect(await result.innerText()).toContain('Connected to');
    await page.selectOption('#okta-auth-type', 'authorization_code');
    await page.fill('[id="okta-auth-authorization_code-clientId"]', sandbox.webApp.clientId);
    await page.fill('[id="okta-auth-authorization_code-clientSecret"]', sandbox.webApp.clientSecret);
    await page.locator('[data-mode="authorization_code"] button', { hasText: 'Fill in' }).click();
    await page.click('#okta-check');
    await expect.poll(() => result.getAttribute('data-ok')).toBe('false');
    const [popup] = await Promise.all([page.waitForEvent('popup'), page.click('.okta-sign-in')]);
    await popup.getByText('Signed in').waitFor();
    await expect.poll(() => result.getAttribute('data-ok')).toBe('true');
    expect(await result.innerText()).toContain('Acts as admin@');
    await page.click('#node-config-dialog-cancel');
    expect(ui.errors).toEqual([]);
    await page.close();
  }, 40_000);

  it('G.7 the button of a trigger asks before it sends real events', async () => {
    const ui = await EditorPage.open(browser, editor.url);
    const { page } = ui;
    await ui.newTab();
    const trigger = await ui.drag('okta-polling', 200, 140);
    const debug = await ui.drag('debug', 560, 140);
    await ui.edit(trigger);
    await ui.done();
    await ui.wire(trigger, debug);
    await ui.deploy();
    await expect.poll(() => ui.statusOf(trigger)).toContain('watching');
    const before = await ui.debug().count();
    await ui.press(trigger);
    const question = page.locator('.red-ui-notification', { hasText: 'They are real' });
    await question.waitFor();
    await question.getByRole('button', { name: 'Cancel' }).click();
    await page.waitForTimeout(1_000);
    expect(await ui.debug().count()).toBe(before);
    await ui.press(trigger);
    await question.getByRole('button', { name: 'Send the events' }).click();
    await expect.poll(() => ui.debug().count()).toBeGreaterThan(before);
    await page.close();
  }, 40_000);
});

/** Lets a field come from a property of the message. */
async function fromMessage(page: Page, name: string, property: string): Promise<void> {
  const row = page.locator(`[data-field="${name}"]`);
  await row.locator('.red-ui-typedInput-type-select').click();
  await page.locator('.red-ui-typedInput-options a:visible', { hasText: 'msg.' }).click();
  await row.locator('.red-ui-typedInput-input').fill(property);
}
