import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Editor, startEditor } from '../../examples/node-red/editor.ts';
import { CONNECTION, exampleCredentials, exampleFlows } from '../../examples/node-red/flows.ts';
import type { HostField } from '../../src/hosts/fields.ts';
import { type NodeType, nodeTypes } from '../../src/hosts/node-red/node-types.ts';
import { connect, manifest } from '../../src/index.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { isInShare } from '../support/share.ts';
import { EditorPage, openBrowser } from './editor-page.ts';

const screenshots = process.env.SCREENSHOTS;

describe.each([5, 4] as const)('Node-RED %i in a browser', (version) => {
  let sandbox: Sandbox;
  let editor: Editor;
  let browser: Browser;
  const folder = mkdtempSync(join(tmpdir(), 'node-red-'));

  beforeAll(async () => {
    sandbox = await startSandbox();
    const connection = exampleFlows().filter((node) => node.id === CONNECTION);
    [editor, browser] = await Promise.all([
      startEditor({
        ...{ folder, version, port: 18_900 },
        env: { OKTA_CLIENT_ORGURL: sandbox.orgUrl, OKTA_CLIENT_TOKEN: sandbox.apiToken },
        flows: [{ id: 'first-tab', type: 'tab', label: 'First' }, ...connection],
        credentials: exampleCredentials,
      }),
      openBrowser(),
    ]);
  }, 60_000);

  const okta = () =>
    connect({ orgUrl: sandbox.orgUrl, auth: { type: 'api_token', token: sandbox.apiToken } });

  afterAll(async () => {
    await browser?.close();
    await editor?.stop();
    await sandbox?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('drag, choose, search a group, wire, deploy, press, see', async () => {
    const ui = await EditorPage.open(browser, editor.url);
    const { page } = ui;
    await ui.newTab();
    const inject = await ui.drag('inject', 140, 140);
    const group = await ui.drag('okta-group', 360, 140);
    const debug = await ui.drag('debug', 760, 140);

    await ui.edit(group);
    await page.selectOption('#node-input-operation', 'list_group_members');
    await page.locator('[data-field="groupId"] .okta-picked').click();
    await page.getByPlaceholder('Search', { exact: true }).fill('sal');
    const found = page.locator('.okta-picker-list li');
    await expect.poll(() => found.allInnerTexts()).toEqual([expect.stringContaining('Sales')]);
    if (screenshots) await page.screenshot({ path: join(screenshots, `picker-${version}.png`) });
    await found.first().click();
    expect(await page.locator('[data-field="groupId"] .okta-picked').innerText()).toBe('Sales');
    await ui.done();

    await ui.wire(inject, group);
    await ui.wire(group, debug);
    await ui.deploy();
    await ui.press(inject);
    await ui.debug().first().waitFor();
    const members = await okta().run('list_group_members', { groupId: 'Sales' });
    expect(await ui.debug().first().innerText()).toContain(`array[${(members as unknown[]).length}]`);
    await expect.poll(() => ui.statusOf(group)).toContain(`ok, ${(members as unknown[]).length} items`);
    if (screenshots) await page.screenshot({ path: join(screenshots, `result-${version}.png`) });
    expect(ui.errors).toEqual([]);
    await page.close();
  });

  it('a trigger fires on a change in the org', async () => {
    const ui = await EditorPage.open(browser, editor.url);
    const { page } = ui;
    await ui.newTab();
    const trigger = await ui.drag('okta-polling', 200, 140);
    const debug = await ui.drag('debug', 460, 140);
    await ui.edit(trigger);
    await page.selectOption('#node-input-operation', 'user_created');
    await page.fill('#node-input-interval', '1');
    await ui.done();
    await ui.wire(trigger, debug);
    await ui.deploy();
    await expect.poll(() => ui.statusOf(trigger)).toContain('watching');

    const login = `new.${version}@acme.test`;
    await okta().run('create_user', { profile: { login, email: login, firstName: 'New', lastName: 'User' } });
    await ui.debug().first().waitFor({ timeout: 20_000 });
    await expect.poll(() => ui.debug().first().innerText()).toContain('user.lifecycle.create');
    await expect.poll(() => ui.statusOf(trigger)).toContain('last event');
    expect(ui.errors).toEqual([]);
    await page.close();
  });

  it('every operation goes through its form and comes back as it was, a part; all with TEST_CASES=all', async () => {
    const ui = await EditorPage.open(browser, editor.url);
    const { page } = ui;
    await ui.newTab();
    const operations = nodeTypes(manifest()).flatMap(filledOperations);
    const { actions, triggers } = manifest();
    const polled = triggers.filter(({ kind }) => kind !== 'webhook');
    const instant = triggers.filter((trigger) => trigger.instant);
    const served = triggers.filter((trigger) => trigger.served);
    expect(operations.length).toBe(actions.length + polled.length + instant.length + served.length);

    for (const { type, key, fields } of operations) {
      if (!isInShare(`${type} ${key}`, 4)) continue;
      await page.evaluate(
        ([type, key, fields, connection, own]) => {
          const { RED } = globalThis as unknown as { RED: EditorGlobal };
          const added = RED.view.importNodes(
            [
              {
                id: `trip-${key}`,
                type,
                z: '',
                x: 300,
                y: 300,
                wires: [[]],
                connection,
                operation: key,
                ...JSON.parse(own),
                fields,
              },
            ],
            { generateIds: false, addFlow: false, touchImport: true },
          );
          return added;
        },
        [type, key, fields, CONNECTION, await ownDefaults(page, type)] as const,
      );
      const id = `trip-${key}`;
      await page.keyboard.press('Escape');
      await page.evaluate(`{
        const node = RED.nodes.node('${id}');
        node.credentials = { _: {} };
        for (const [name, { type }] of Object.entries(node.fields)) {
          if (type === 'cred') node.credentials['has_secret_' + name.replaceAll('.', '_')] = true;
        }
        node.changed = false;
        RED.editor.edit(node);
      }`);
      await page.locator('#node-dialog-ok').waitFor();
      await page.locator('.okta-description').waitFor();
      await ui.done();
      const after = await page.evaluate<{ operation: string; fields: object; changed: boolean }>(
        `(({ operation, fields, changed }) => ({ operation, fields, changed }))(RED.nodes.node('${id}'))`,
      );
      expect({ key, ...after }).toEqual({ key, operation: key, fields, changed: false });
      await page.evaluate(`RED.nodes.remove('${id}')`);
    }
    expect(ui.errors).toEqual([]);
    await page.close();
  }, 300_000);

  it('L6 the palette shows the node of an operation that is typed, and drops it with that one chosen', async () => {
    const ui = await EditorPage.open(browser, editor.url);
    const { page } = ui;
    await ui.newTab();
    const search = page.locator('#red-ui-palette-search input');
    const shown = () =>
      page
        .locator('.red-ui-palette-node[data-palette-type^="okta-"]:visible')
        .evaluateAll((all) => all.map((one) => one.getAttribute('data-palette-type')));
    const operationOf = (id: string) => page.evaluate(`RED.nodes.node('${id}').operation`);
    const wanted = [
      ['suspend user', 'okta-user', 'suspend_user'],
      ['rotate secret', 'okta-app', 'rotate_client_secret'],
      // Four could be meant, so that none is chosen.
      ['zone', 'okta-zone', ''],
      ['user locked', 'okta-polling', 'user_locked_out'],
    ] as const;
    const type = async (words: string) => {
      await search.fill('');
      await search.pressSequentially(words);
    };
    for (const [at, [typed, name, operation]] of wanted.entries()) {
      await type(typed);
      await expect.poll(shown, { message: typed }).toContain(name);
      await expect.poll(async () => (await shown()).length, { message: typed }).toBeLessThan(5);
      expect(await operationOf(await ui.drag(name, 300, 140 + 80 * at)), typed).toBe(operation);
    }
    const titles = await page.locator('.red-ui-flow-node-label').allTextContents();
    expect(titles).toEqual(expect.arrayContaining(['Suspend user', 'Rotate client secret']));
    await type('secret rot');
    await expect.poll(shown).toEqual(['okta-app']);
    await search.fill('');
    await search.press('Backspace');
    await expect.poll(async () => (await shown()).length).toBeGreaterThan(20);
    expect(ui.errors).toEqual([]);
    await page.close();
  }, 180_000);

  it('what unlocks a user is found in the palette, and among the operations of the form by typing', async () => {
    const ui = await EditorPage.open(browser, editor.url);
    const { page } = ui;
    await ui.newTab();
    await page.locator('#red-ui-palette-search input').pressSequentially('unlock user');
    const shown = page.locator('.red-ui-palette-node[data-palette-type^="okta-"]:visible');
    await expect
      .poll(() => shown.evaluateAll((all) => all.map((one) => one.getAttribute('data-palette-type')).sort()))
      .toEqual(['okta-polling', 'okta-user', 'okta-webhook']);
    await page.locator('#red-ui-palette-search input').fill('');
    await ui.edit(await ui.drag('okta-user', 300, 140));
    await page.locator('#node-input-operation').focus();
    // The browser forgets what was typed after a second, which a busy machine may take between two letters.
    const typed = async () => {
      await page.keyboard.type('unlock');
      return page.locator('#node-input-operation').inputValue();
    };
    await expect.poll(typed, { interval: 1_500 }).toBe('unlock_user');
    const groups = page.locator('#node-input-operation optgroup');
    const labels =
      "[...document.querySelectorAll('#node-input-operation optgroup')].map(({ label }) => label)";
    expect(await page.evaluate(labels)).toEqual(['Look up', 'Change', 'Cannot be undone']);
    expect(await groups.last().locator('option[value="delete_user"]').count()).toBe(1);
    await ui.done();
    expect(ui.errors).toEqual([]);
    await page.close();
  }, 90_000);

  it('what is unset again is gone, and a look at another operation loses nothing', async () => {
    const ui = await EditorPage.open(browser, editor.url);
    const { page } = ui;
    await ui.newTab();
    const user = await ui.drag('okta-user', 300, 140);
    const fields = () => page.evaluate<object>(`RED.nodes.node('${user}').fields`);
    const row = (name: string) => page.locator(`[data-field="${name}"]`);
    const fill = (name: string, text: string) => row(name).locator('.red-ui-typedInput-input').fill(text);
    const choose = async (name: string, type: string | RegExp) => {
      await row(name).locator('.red-ui-typedInput-type-select').click();
      await page.locator('.red-ui-typedInput-options a:visible', { hasText: type }).click();
    };
    await ui.edit(user);
    await page.selectOption('#node-input-operation', 'create_user');
    await fill('profile.login', 'a@acme.test');
    await page.selectOption('.okta-add-attribute', 'profile.department');
    await fill('profile.department', 'Sales');
    await choose('activate', 'boolean');
    await choose('nextLogin', 'choice');
    for (const key of ['get_user', 'create_user']) await page.selectOption('#node-input-operation', key);
    await ui.done();
    expect(await fields()).toEqual({
      'profile.login': { type: 'str', value: 'a@acme.test' },
      'profile.department': { type: 'str', value: 'Sales' },
      activate: { type: 'bool', value: 'true' },
      nextLogin: { type: 'choice', value: 'changePassword' },
    });

    await ui.edit(user);
    await choose('profile.department', '(not set)');
    await choose('activate', '(default)');
    await choose('nextLogin', '(not set)');
    for (const key of ['update_user', 'create_user']) await page.selectOption('#node-input-operation', key);
    await ui.done();
    expect(await fields()).toEqual({ 'profile.login': { type: 'str', value: 'a@acme.test' } });

    await ui.edit(user);
    await page.selectOption('#node-input-operation', 'search_users');
    await choose('filter', 'string');
    for (const text of ['status eq "ACTIVE"', '']) await fill('filter', text);
    await ui.done();
    expect(await fields()).toEqual({});
    expect(ui.errors).toEqual([]);
    await page.close();
  }, 30_000);

  it('a node with JSON or a number that is none is marked', async () => {
    const ui = await EditorPage.open(browser, editor.url);
    const { page } = ui;
    await ui.newTab();
    const api = await ui.drag('okta-api', 300, 140);
    const isValid = async (name: string, type: string, text: string) => {
      await ui.edit(api);
      const row = page.locator(`[data-field="${name}"]`);
      if (type) {
        await row.locator('.red-ui-typedInput-type-select').click();
        await page.locator('.red-ui-typedInput-options a:visible', { hasText: type }).click();
      }
      await row.locator('.red-ui-typedInput-input').fill(text);
      await ui.done();
      return page.evaluate<boolean>(`RED.nodes.node('${api}').valid`);
    };
    expect(await isValid('path', '', '/api/v1/users')).toBe(true);
    expect(await isValid('query', 'JSON', '{"limit": ')).toBe(false);
    expect(await isValid('query', '', '{"limit": 5}')).toBe(true);
    expect(await isValid('limit', 'number', '5x')).toBe(false);
    expect(await isValid('limit', '', '$' + '{LIMIT}')).toBe(true);
    expect(ui.errors).toEqual([]);
    await page.close();
  }, 30_000);

  it('a drop-down low on the form stays in the window, and can be used by keyboard', async () => {
    const ui = await EditorPage.open(browser, editor.url);
    const { page } = ui;
    await page.setViewportSize({ width: 1300, height: 700 });
    await ui.newTab();
    const user = await ui.drag('okta-user', 300, 140);
    await ui.edit(user);
    await page.selectOption('#node-input-operation', 'create_user');
    const groups = page.locator('[data-field="groupIds"]');
    await groups.locator('.red-ui-typedInput-type-select').click();
    await page.locator('.red-ui-typedInput-options a:visible', { hasText: 'from the org' }).click();
    await groups.evaluate((element) => element.scrollIntoView({ block: 'end' }));
    await groups.locator('.okta-picked').focus();
    await page.keyboard.press('Enter');
    await page.locator('.okta-picker-list li').first().waitFor();
    const panel = await page.locator('.okta-picker').boundingBox();
    expect((panel?.y ?? 0) + (panel?.height ?? 0)).toBeLessThanOrEqual(700);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await groups.locator('.okta-picked').innerText()).toBe('Sales');
    await page.keyboard.press('Escape');
    await page.locator('.okta-picker').waitFor({ state: 'detached' });
    const focused = "document.activeElement.closest('[role=group]')?.getAttribute('aria-label')";
    expect(await page.evaluate(focused)).toBe('Groups');
    await ui.done();
    expect(ui.errors).toEqual([]);
    await page.close();
  }, 30_000);

  it('the next page of a drop-down is where the keyboard is', async () => {
    const profile = (login: string) => ({
      profile: { login, email: login, firstName: 'Page', lastName: 'Two' },
    });
    for (let n = 0; n < 30; n++)
      await okta().run('create_user', { ...profile(`page${version}.${n}@acme.test`), activate: false });
    const ui = await EditorPage.open(browser, editor.url);
    const { page } = ui;
    await ui.newTab();
    await ui.edit(await ui.drag('okta-user', 300, 140));
    await page.selectOption('#node-input-operation', 'get_user');
    await page.locator('[data-field="userId"] .okta-picked').click();
    await page.locator('.okta-picker-more').waitFor();
    await page.locator('.okta-picker-more').focus();
    const shown = await page.locator('.okta-picker-list li').count();
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.okta-picker-list li').count()).toBeGreaterThan(shown);
    const focused = '[...document.querySelectorAll(".okta-picker-list li")].indexOf(document.activeElement)';
    await expect.poll(() => page.evaluate(focused)).toBe(shown);
    await page.keyboard.press('Escape');
    await ui.done();
    expect(ui.errors).toEqual([]);
    await page.close();
  }, 30_000);

  it('says which permission a user of the editor lacks', async () => {
    const ui = await EditorPage.open(browser, editor.url);
    const { page } = ui;
    await ui.newTab();
    // As Node-RED answers with adminAuth, for one who may only read.
    await page.route('**/okta-connector/fields', (route) =>
      route.fulfill({ status: 401, body: 'Unauthorized' }),
    );
    await ui.edit(await ui.drag('okta-user', 300, 140));
    await page.selectOption('#node-input-operation', 'create_user');
    await expect
      .poll(() => page.locator('.okta-attributes .okta-note').innerText())
      .toContain('okta-connector.write');
    await page.locator('#node-dialog-cancel').click();
    await page.close();
  }, 30_000);

  it('HALO-6 a mapping is made in the form: attributes, a table, a rule, a preview; it comes back as it was', async () => {
    const ui = await EditorPage.open(browser, editor.url);
    const { page } = ui;
    await ui.newTab();
    const trigger = await ui.drag('okta-polling', 200, 140);
    const stored = () =>
      page.evaluate<Record<string, { type: string; value: string }>>(`RED.nodes.node('${trigger}').fields`);
    const saved = async () => JSON.parse((await stored()).mapping?.value ?? 'null');
    const map = page.locator('.okta-mapping');
    const last = (name: string) => map.locator(`.okta-map-${name}`).last();
    await ui.edit(trigger);
    await page.selectOption('#node-input-operation', 'directory_changed');

    // The org's own attributes are offered as sources.
    await expect.poll(() => map.locator('datalist option[value="profile.department"]').count()).toBe(1);
    await map.locator('.okta-add-table').click();
    await last('table').fill('departments');
    await last('table').blur();
    await map.locator('.okta-add-name').click();
    await last('from').fill('Sales');
    await last('to').fill('3');
    for (const [name, source, lookup] of [
      ['mail', 'profile.email', ''],
      ['team', 'profile.department', 'departments'],
      ['name', 'profile.nickName, profile.firstName', ''],
    ] as const) {
      await map.locator('.okta-add-field').click();
      await last('field').fill(name);
      await last('source').fill(source);
      if (lookup) await last('lookup').selectOption(lookup);
    }
    await map.locator('.okta-add-setting').selectOption('rules');
    await map.locator('.okta-add-row').click();
    const rule = map.locator('.okta-row').last();
    await rule.locator('[data-field="group"] .red-ui-typedInput-input').fill('Sales');
    await rule.locator('[data-field="assign"] .red-ui-typedInput-type-select').click();
    await page.locator('.red-ui-typedInput-options a:visible', { hasText: 'JSON' }).click();
    await rule.locator('[data-field="assign"] .red-ui-typedInput-input').fill('{"role":"Agent"}');
    for (const name of ['set', 'active', 'only']) {
      await rule.locator(`[data-field="${name}"] .red-ui-typedInput-type-select`).click();
      await page.locator('.red-ui-typedInput-options a:visible', { hasText: '(not set)' }).click();
    }

    await map.locator('.okta-preview-button').click();
    const shown = map.locator('.okta-preview-table tr');
    await expect.poll(() => shown.count()).toBeGreaterThan(3);
    expect(await shown.first().innerText()).toContain('mail');
    await expect.poll(() => map.locator('.okta-preview').innerText()).toMatch(/@sandbox\.example/);
    expect(await map.locator('.okta-preview').innerText()).toMatch(
      /team: ".*" is not in the table departments/,
    );
    await ui.done();
    const mapping = {
      fields: {
        mail: 'profile.email',
        team: { from: 'profile.department', lookup: 'departments' },
        name: ['profile.nickName', 'profile.firstName'],
      },
      lookups: { departments: { Sales: 3 } },
      rules: [{ group: 'Sales', assign: { role: 'Agent' } }],
    };
    expect(await saved()).toEqual(mapping);

    // Open, look, close: nothing changed. Then one change.
    const before = await stored();
    await ui.edit(trigger);
    await ui.done();
    expect(await stored()).toEqual(before);
    await ui.edit(trigger);
    await map.locator('.okta-map-source').first().fill('profile.login');
    await ui.done();
    expect(await saved()).toEqual({ ...mapping, fields: { ...mapping.fields, mail: 'profile.login' } });

    // A mistake is named by the preview, in words.
    await ui.edit(trigger);
    await map.locator('.okta-map-source').first().fill('profil.login');
    await map.locator('.okta-preview-button').click();
    await expect.poll(() => map.locator('.okta-preview').innerText()).toContain('profil.login');
    await page.locator('#node-dialog-cancel').click();
    // The route runs previews, and no other action.
    const refused = await page.request.post(`${editor.url}okta-connector/preview`, {
      data: { action: 'delete_user', mapping: { userId: '00u1' } },
    });
    expect([refused.status(), (await refused.json()).message]).toEqual([400, 'There is no such preview']);
    expect(ui.errors).toEqual([]);
    await page.close();
  }, 60_000);

  it('conditions are added, filled in and taken away', async () => {
    const ui = await EditorPage.open(browser, editor.url);
    const { page } = ui;
    await ui.newTab();
    const inject = await ui.drag('inject', 140, 140);
    const user = await ui.drag('okta-user', 360, 140);
    const debug = await ui.drag('debug', 600, 140);
    await ui.edit(user);
    await page.selectOption('#node-input-operation', 'search_users');
    const rows = page.locator('.okta-row');
    for (const _ of 'ab') await page.click('.okta-add-row');
    expect(await rows.count()).toBe(2);
    await rows.first().locator('.okta-remove').click();
    const value = (name: string) => rows.locator(`[data-field="${name}"] .red-ui-typedInput-input`);
    await value('attribute').fill('profile.department');
    await rows.locator('[data-field="operator"] .red-ui-typedInput-option-trigger').click();
    await page.locator('.red-ui-typedInput-options a:visible', { hasText: /^Equals$/ }).click();
    await value('value').fill('Sales');
    if (screenshots) await page.screenshot({ path: join(screenshots, `conditions-${version}.png`) });
    await ui.done();
    expect(await page.evaluate<object>(`RED.nodes.node('${user}').fields.conditions`)).toEqual({
      type: 'rows',
      value: '',
      rows: [
        {
          attribute: { type: 'str', value: 'profile.department' },
          operator: { type: 'choice', value: 'eq' },
          value: { type: 'str', value: 'Sales' },
        },
      ],
    });
    await ui.wire(inject, user);
    await ui.wire(user, debug);
    await ui.deploy();
    await ui.press(inject);
    const found = await okta().run('search_users', { search: 'profile.department eq "Sales"' });
    expect((found as unknown[]).length).toBeGreaterThan(0);
    await expect.poll(() => ui.statusOf(user)).toContain(`ok, ${(found as unknown[]).length} items`);
    expect(ui.errors).toEqual([]);
    await page.close();
  }, 30_000);

  it("the org's own attributes are fields, and the error of an action reaches a catch node", async () => {
    const custom = (await okta().fields())?.find(
      (one) => one.custom && one.type === 'string' && !one.choices,
    );
    expect(custom).toBeDefined();
    const ui = await EditorPage.open(browser, editor.url);
    const { page } = ui;
    await ui.newTab();
    const inject = await ui.drag('inject', 140, 140);
    const user = await ui.drag('okta-user', 360, 140);
    const failed = await ui.drag('catch', 360, 240);
    const debug = await ui.drag('debug', 600, 240);
    await ui.edit(user);
    await page.selectOption('#node-input-operation', 'delete_user');
    await page.locator('.okta-destructive').waitFor();
    await page.selectOption('#node-input-operation', 'create_user');
    const offered = page.locator(`.okta-add-attribute option[value="profile.${custom?.name}"]`);
    await offered.waitFor({ state: 'attached' });
    // What one org defines is not offered for another one.
    await page.selectOption('#node-input-connection', '_ADD_');
    await offered.waitFor({ state: 'detached' });
    await page.selectOption('#node-input-connection', CONNECTION);
    await offered.waitFor({ state: 'attached' });
    await page.selectOption('.okta-add-attribute', `profile.${custom?.name}`);
    const fill = (name: string, text: string) =>
      page.locator(`[data-field="${name}"] .red-ui-typedInput-input`).fill(text);
    const login = `own.${version}@acme.test`;
    await fill('profile.login', login);
    await fill('profile.email', login);
    await fill(`profile.${custom?.name}`, 'blue');
    const choose = (name: string) => page.selectOption('.okta-add-attribute', `profile.${name}`);
    await choose('shirtSize');
    await choose('deskNumber');
    await fill('profile.deskNumber', '42');
    await choose('contractor');
    await choose('skills');
    await fill('profile.skills', 'a, b');
    await ui.done();
    const fields = () => page.evaluate<object>(`RED.nodes.node('${user}').fields`);
    const typed = await fields();
    expect(typed).toMatchObject({
      'profile.shirtSize': { type: 'choice', kind: 'enum' },
      'profile.deskNumber': { type: 'num', value: '42', kind: 'integer' },
      'profile.contractor': { type: 'bool', kind: 'boolean' },
      'profile.skills': { type: 'str', value: 'a, b', kind: 'list' },
      [`profile.${custom?.name}`]: { value: 'blue', kind: 'string' },
    });
    expect(typed).not.toHaveProperty(['profile.login', 'kind']);
    // Opened again, and closed as soon as it is there: before the org has told its attributes, and after.
    let asked = 0;
    page.on('request', (request) => {
      if (request.url().endsWith('/okta-connector/fields')) asked += 1;
    });
    for (const wait of [0, 1_500]) {
      asked = 0;
      await ui.edit(user);
      await page.waitForTimeout(wait);
      await ui.done();
      expect(await fields()).toEqual(typed);
    }
    // Node-RED tells of a change of every input when a form opens.
    expect(asked).toBe(1);
    await ui.wire(inject, user);
    await ui.wire(failed, debug);
    await ui.edit(debug);
    await page.locator('#dialog-form .red-ui-typedInput-input').first().fill('error.message');
    await ui.done();
    await ui.deploy();
    await ui.press(inject);
    await expect.poll(() => ui.statusOf(user)).toContain('profile.firstName: is required');
    await expect.poll(() => ui.debug().allInnerTexts()).toEqual([expect.stringContaining('firstName')]);
    expect(ui.errors).toEqual([]);
    await page.close();
  }, 60_000);

  it('a connection of each kind is typed, tested, kept and used', async () => {
    const ui = await EditorPage.open(browser, editor.url);
    const { page } = ui;
    const result = page.locator('#okta-check-result');
    const check = async () => {
      await page.click('#okta-check');
      await expect.poll(() => result.getAttribute('data-ok')).not.toBeNull();
      return { ok: await result.getAttribute('data-ok'), text: await result.innerText() };
    };
    const openForm = async () => {
      await page.evaluate(`RED.editor.editConfig('', 'okta-connection', '${CONNECTION}')`);
      await page.locator('#okta-check').waitFor();
    };
    const choose = async (mode: string) => {
      await page.selectOption('#okta-auth-type', mode);
      await result.evaluate((element) => element.removeAttribute('data-ok'));
    };

    await openForm();
    const words = async (orgUrl: string) => {
      await page.fill('#node-config-input-orgUrl', orgUrl);
      await choose('client_credentials');
      return (await check()).text;
    };
    expect(await words('')).toContain('The connection has no Org URL');
    expect(await words('$' + '{NOT_THERE}')).toContain('$' + '{NOT_THERE} is not set');
    const missing = await words('$' + '{OKTA_CLIENT_ORGURL}');
    expect(missing).toContain('missing: Client ID, Private key, Scopes.');

    await choose('api_token');
    await page.fill('[id="okta-auth-api_token-token"]', '00wrongwrongwrongwrongwrongwrongwrongwrong');
    expect(await check()).toMatchObject({ ok: 'false', text: expect.stringContaining('token') });

    await choose('authorization_code');
    await page.fill('[id="okta-auth-authorization_code-clientId"]', sandbox.webApp.clientId);
    await page.fill('[id="okta-auth-authorization_code-clientSecret"]', sandbox.webApp.clientSecret);
    await page.locator('[data-mode="authorization_code"] button', { hasText: 'Fill in' }).click();
    expect(await page.inputValue('[id="okta-auth-authorization_code-redirectUri"]')).toBe(
      `${editor.url}okta-connector/callback`,
    );
    // As a browser that blocks pop-ups.
    await page.evaluate('globalThis.opens = globalThis.open; globalThis.open = () => null');
    await page.click('.okta-sign-in');
    await page.locator('.okta-sign-in-link').waitFor();
    await page.evaluate('globalThis.open = globalThis.opens');
    const [popup] = await Promise.all([page.waitForEvent('popup'), page.click('.okta-sign-in')]);
    await popup.getByText('Signed in').waitFor();
    expect(await check()).toMatchObject({ ok: 'true', text: expect.stringContaining('Acts as admin@') });

    await choose('client_credentials');
    const { clientId, privateKey, keyId } = sandbox.dpopServiceApp;
    await page.fill('[id="okta-auth-client_credentials-clientId"]', clientId);
    await page.fill('[id="okta-auth-client_credentials-privateKey"]', pemOrJson(privateKey));
    await page.fill('[id="okta-auth-client_credentials-keyId"]', keyId ?? '');
    await page.fill('[id="okta-auth-client_credentials-scopes"]', 'okta.users.read okta.groups.manage');
    const report = await check();
    expect(report).toMatchObject({ ok: 'true', text: expect.stringContaining(`service app ${clientId}`) });
    expect(report.text).toContain('scope okta.users.manage is not granted');
    await page.click('#node-config-dialog-ok');
    await page.locator('#okta-check').waitFor({ state: 'detached' });
    await ui.deploy();

    // The key is kept by Node-RED: it comes back neither in the flows nor in the form.
    const flows = await (await fetch(`${editor.url}flows`)).text();
    expect(flows).toContain(clientId);
    for (const part of secretParts(privateKey)) expect(flows).not.toContain(part);
    await openForm();
    const key = page.locator('[id="okta-auth-client_credentials-privateKey"]');
    expect(await key.inputValue()).toBe('');
    expect(await key.getAttribute('placeholder')).toContain('stored');
    await result.evaluate((element) => element.removeAttribute('data-ok'));
    expect(await check()).toMatchObject({ ok: 'true' });
    // A kept secret does not go to another address.
    await page.fill('#node-config-input-orgUrl', 'https://other.okta.com');
    await result.evaluate((element) => element.removeAttribute('data-ok'));
    expect(await check()).toMatchObject({
      ok: 'false',
      text: expect.stringContaining('type the secret again'),
    });
    expect(ui.errors).toEqual([]);
    await page.close();
  }, 60_000);
});

/** A value for every field of every operation; every third one from the message. */
const filledOperations = ({ type, kind, operations }: NodeType) =>
  operations.map(({ key, fields }) => {
    const all = fields.flatMap((field) => field.fields ?? [field]);
    const values = all.map((field, index) => {
      const elsewhere = kind === 'action' && index % 3 === 2 && !field.secret;
      return [field.name, elsewhere ? { type: 'msg', value: 'payload.x' } : valueFor(field)] as const;
    });
    return { type, key, fields: Object.fromEntries(values) };
  });

function valueFor({ secret, options, choices, kind, members, mapping }: HostField): object {
  if (mapping) return { type: 'json', value: JSON.stringify(MAPPING) };
  if (members) {
    const row = Object.fromEntries(members.map((one) => [one.name, valueFor(one)]));
    return { type: 'rows', value: '', rows: [row, row] };
  }
  if (secret) return { type: 'cred', value: '' };
  if (options) return { type: 'pick', value: '00abc', label: 'A name' };
  if (choices) return { type: 'choice', value: choices[0] };
  if (kind === 'number' || kind === 'integer') return { type: 'num', value: '7' };
  if (kind === 'boolean') return { type: 'bool', value: 'false' };
  return kind === 'json' ? { type: 'json', value: '{"a":[1]}' } : { type: 'str', value: 'a text' };
}

/** Every member of a mapping, some as only JSON can say them. */
const MAPPING = {
  $schema: 'x.json',
  scope: { groups: ['Staff'] },
  active: ['ACTIVE', 'LOCKED_OUT'],
  match: ['externalId', 'email'],
  preset: false,
  fields: {
    mail: 'profile.email',
    name: ['profile.nickName', 'profile.firstName'],
    team: { from: 'profile.division', lookup: 'teams', onMiss: 'error', attach: { member: true } },
    department: { from: 'profile.department', lookup: 'departments' },
    source: { value: 'Okta' },
    login: null,
  },
  required: ['mail'],
  lookups: { departments: { Sales: 3, Care: '7', None: null }, teams: { A: { id: 1 } } },
  rules: [
    { group: 'Service Desk', assign: { role: 'Agent' }, active: false },
    { group: { matches: '^X-(.+)$' }, assign: { role: '$1' } },
  ],
  defaults: { role: 'User' },
  profiles: [
    { name: 'agents', when: { groups: ['Service Desk'] } },
    { name: 'users', preset: true },
  ],
  groups: { include: ['A', { matches: '^B' }], everyone: true, fields: { label: 'profile.name' } },
};

const pemOrJson = (key: string | object) => (typeof key === 'string' ? key : JSON.stringify(key));

/** Long pieces of a key, whatever its form. */
const secretParts = (key: string | object) => pemOrJson(key).match(/[\w+/-]{40,64}/g) ?? ['no key'];

/** What a node of this type has beside connection, operation and fields, as it is dropped. */
const ownDefaults = (page: Page, type: string) =>
  page.evaluate<string>(`(() => {
    const { connection, operation, fields, ...own } = RED.nodes.getType('${type}').defaults;
    const values = Object.entries(own).map(([name, { value }]) => [name, value]);
    return JSON.stringify({ ...Object.fromEntries(values), 
      ...('publicUrl' in own ? { publicUrl: 'https://flows.acme.test' } : {}) });
  })()`);

interface EditorGlobal {
  view: { importNodes(nodes: object[], options: object): void };
}
