import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../../src/index.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { start, until } from '../e2e/command.ts';
import { openBrowser } from '../node-red/editor-page.ts';

const screenshots = process.env.SCREENSHOTS;

let org: Sandbox;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let wizard: ReturnType<typeof start>;
let url: string;
const errors: string[] = [];

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

beforeEach(async () => {
  // Pictures have an address that does not change.
  org = await startSandbox({ port: screenshots ? 8081 : 0 });
  errors.length = 0;
  wizard = start(['sso', 'wizard', '--json', '--no-open', '--log', '-'], {
    OKTA_CLIENT_ORGURL: org.orgUrl,
    OKTA_CLIENT_TOKEN: org.apiToken,
  });
  url = JSON.parse(await until(() => wizard.output.stdout.split('\n')[0] || undefined)).url;
  context = await browser.newContext({
    ...{ viewport: { width: 760, height: screenshots ? 1180 : 900 }, colorScheme: 'light' },
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  page = await context.newPage();
  page.setDefaultTimeout(10_000);
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  await page.goto(url);
  await page.waitForURL(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}\/$/);
  await expect.poll(() => page.locator('#org').innerText()).toBe(org.orgUrl);
});

afterEach(async () => {
  await context.close();
  wizard.child.kill('SIGINT');
  await wizard.done;
  await org.close();
});

const okta = () => connect({ orgUrl: org.orgUrl, auth: { type: 'api_token', token: org.apiToken } });
const focused = () => page.evaluate<string>('document.activeElement?.textContent');
const clipboard = () => page.evaluate<string>('navigator.clipboard.readText()');
const button = (name: string) => page.getByRole('button', { name, exact: true });
const field = (name: string) => page.getByLabel(name, { exact: true });

/** Presses Tab until something has the focus, as somebody without a mouse does. */
async function tabTo(name: string): Promise<void> {
  for (let pressed = 0; pressed < 60; pressed += 1) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate<string>(`{
      const { ariaLabel, labels, textContent } = document.activeElement;
      (ariaLabel ?? labels?.[0]?.textContent ?? textContent).trim();
    }`);
    if (at === name) return;
  }
  throw new Error(`Tab does not lead to ${name}`);
}

/** What axe finds wrong, in words. */
async function barriers(): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<{
    violations: { id: string; help: string; nodes: { html: string }[] }[];
  }>(`axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })`);
  return violations.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' ')}`,
  );
}

/** What is in the window now, as a picture for the pages. */
async function picture(name: string): Promise<void> {
  if (screenshots) await page.screenshot({ path: join(screenshots, `${name}.png`) });
}

/** Answers the questions for OneDesk and looks at what will change. */
async function planOneDesk(): Promise<void> {
  await field('Groups that may sign in').pressSequentially('Sales');
  await page.getByRole('option', { name: 'Sales', exact: true }).click();
  await button('Show what will change').click();
  await page.locator('#plan').waitFor();
}

async function setUpOneDesk(): Promise<void> {
  await planOneDesk();
  await button('Set up').click();
  await page.locator('#result').waitFor();
}

const PERSON = { login: 'ana.ruiz@acme.test', password: 'Right-Pass-1' };

/** Somebody who can sign in, with the app through the group Sales or without it. */
async function newPerson({ inSales }: { inSales: boolean }): Promise<void> {
  const profile = { login: PERSON.login, email: PERSON.login, firstName: 'Ana', lastName: 'Ruiz' };
  await okta().run('create_user', {
    ...{ profile, credentials: { password: { value: PERSON.password } } },
  });
  if (inSales) await okta().run('add_user_to_group', { userId: PERSON.login, groupId: 'Sales' });
}

/** Begins the sign-in for a test. @returns the tab with the sign-in page of Okta. */
async function signInTab(): Promise<Page> {
  await button('Sign in for a test').click();
  const link = page.getByRole('link', { name: 'Go to the sign-in of Okta (new tab)' });
  await link.waitFor();
  await expect.poll(focused).toBe('Go to the sign-in of Okta (new tab)');
  const [tab] = await Promise.all([context.waitForEvent('page'), page.keyboard.press('Enter')]);
  return tab;
}

async function signInAs(tab: Page): Promise<void> {
  await tab.getByLabel('Username').fill(PERSON.login);
  await tab.getByLabel('Password').fill(PERSON.password);
  await tab.getByRole('button', { name: 'Sign in' }).click();
}

async function redirectUris(): Promise<string[]> {
  const [app] = (await okta().run('list_apps', { quickSearch: 'OneDesk' })) as unknown as [
    { settings: { oauthClient: { redirect_uris: string[] } } },
  ];
  return app.settings.oauthClient.redirect_uris;
}

/** Okta answers the next such request with an error. */
const fault = ({ status, ...matching }: { method: string; path: string; status: number }) =>
  fetch(`${org.orgUrl}/__sandbox__/faults`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ ...matching, times: 1, fault: { kind: 'status', status } }),
  });

describe('okta-connector sso wizard in a browser', () => {
  it('sets OneDesk up with the keyboard alone', async () => {
    expect(await page.evaluate('location.search')).toBe('');
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').getAttribute('id')).toBe('application');
    expect(await field('Name of the app in Okta').inputValue()).toBe('OneDesk');
    expect(await field('Sign-in redirect URIs').inputValue()).toBe('https://app.onedesk.com/sso/openid');

    await tabTo('Groups that may sign in');
    const top = () => page.evaluate("document.getElementById('assignGroups').getBoundingClientRect().top");
    const before = await top();
    await page.keyboard.type('sal');
    await page.locator('[role=option]').first().waitFor();
    expect(await top()).toBe(before);
    expect(await page.locator('#status').innerText()).toMatch(/^\d+ found\.$/);
    await page.keyboard.press('ArrowDown');
    expect(await page.locator('[aria-selected=true]').innerText()).toBe('Sales');
    expect(await page.locator(':focus').getAttribute('aria-activedescendant')).toBe('assignGroups-0');
    await page.keyboard.press('Enter');
    expect(await page.getByRole('list', { name: 'Chosen groups' }).innerText()).toContain('Sales');
    await tabTo('People who may sign in');
    await page.keyboard.type('admin@');
    await page.locator('[role=option]').first().waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await tabTo('Show what will change');
    await picture('sso-wizard-questions');
    await page.keyboard.press('Enter');

    await expect.poll(focused).toBe('What will change');
    expect(await page.locator('#changes li').allInnerTexts()).toEqual([
      ...['Create the app OneDesk', 'Assign the group Sales', 'Assign admin@sandbox.example'],
    ]);
    expect(await okta().run('list_apps', { quickSearch: 'OneDesk' })).toEqual([]);
    await picture('sso-wizard-plan');
    await tabTo('Set up');
    await page.keyboard.press('Enter');

    await expect.poll(focused).toBe('Enter it in the application');
    expect(await okta().run('list_apps', { quickSearch: 'OneDesk' })).toHaveLength(1);
    expect(await page.locator('.paste h3').allInnerTexts()).toEqual([
      ...['1. Open the form', '2. Client', '3. Endpoints', '4. Accounts', '5. Save and sign in'],
    ]);
    await tabTo('Copy Client ID');
    await page.keyboard.press('Space');
    await expect.poll(clipboard).toMatch(/^0oa/);
    await expect.poll(() => page.locator('#status').innerText()).toBe('Client ID copied.');
    await picture('sso-wizard-result');

    await tabTo('Done');
    await page.keyboard.press('Enter');
    await expect.poll(focused).toBe('The wizard has ended');
    expect(await wizard.done).toMatchObject({ code: 0 });
    expect(errors).toEqual([]);
  }, 60_000);

  it('shows the secret masked until it is asked for, copies it, and writes it nowhere', async () => {
    await setUpOneDesk();
    const row = page.locator('.value', { hasText: 'Client secret' });
    expect(await row.locator('code').innerText()).toMatch(/^•+$/);
    await button('Copy Client secret').click();
    const secret = await clipboard();
    expect(secret).toMatch(/^[\w-]{20,}$/);
    expect(await page.content()).not.toContain(secret);
    const show = button('Show Client secret');
    await show.click();
    expect(await row.locator('code').innerText()).toBe(secret);
    await button('Hide Client secret').click();
    expect(await page.content()).not.toContain(secret);

    expect(
      await page.evaluate('JSON.stringify([history.state, { ...localStorage }, { ...sessionStorage }])'),
    ).toBe('[null,{},{}]');
    await page.reload();
    await page.locator('#ask').waitFor();
    expect(await page.content()).not.toContain(secret);
    expect(wizard.output.stderr).toContain('/api/v1/apps');
    expect(wizard.output.stderr + wizard.output.stdout).not.toContain(secret);
  });

  it('has no barriers: names, contrast, order, in light and dark, at 320 px as well', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await barriers()).toEqual([]);
    }
    await page.locator('summary').click();
    await page.setViewportSize({ width: 320, height: 700 });
    const fits = () => page.evaluate('document.documentElement.scrollWidth <= innerWidth');
    expect([await fits(), await barriers()]).toEqual([true, []]);
    await field('Application').selectOption('saml');
    expect([await fits(), await barriers()]).toEqual([true, []]);
    await field('Application').selectOption('onedesk');
    await planOneDesk();
    expect([await fits(), await barriers()]).toEqual([true, []]);
    await button('Set up').click();
    await page.locator('#result').waitFor();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect([await fits(), await barriers()]).toEqual([true, []]);
    }
  }, 60_000);

  it('tells screen readers what it is about', async () => {
    expect(await page.locator('main').ariaSnapshot()).toContain('- heading "Questions" [level=2]');
    const form = await page.locator('#ask').ariaSnapshot();
    for (const one of [
      ...['- combobox "Application":', '- textbox "Name of the app in Okta"', '- group "Who signs in":'],
      ...[
        '- radio "Users" [checked]',
        '- combobox "Groups that may sign in"',
        '- button "Show what will change"',
      ],
    ])
      expect(form).toContain(one);
    await setUpOneDesk();
    const result = await page.locator('#result').ariaSnapshot();
    for (const one of [
      ...['- button "Copy Client ID"', '- button "Show Client secret"', '- button "Copy Client secret"'],
      ...['- heading "Sign in for a test" [level=3]', '- heading "It does not work" [level=3]'],
    ])
      expect(result).toContain(one);
  });

  it('puts errors beside their field, says what to do, and leads there', async () => {
    await field('Sign-in redirect URIs').fill('https://app.onedesk.com/*');
    await button('Show what will change').click();
    const beside = page.locator('#redirectUris-error');
    await expect
      .poll(() => beside.innerText())
      .toBe('It has a wildcard, which would let others take the code.');
    expect(await page.locator(':focus').getAttribute('id')).toBe('redirectUris');
    expect(await page.locator(':focus').getAttribute('aria-invalid')).toBe('true');
    expect(await page.locator(':focus').getAttribute('aria-describedby')).toContain('redirectUris-error');
    expect(await barriers()).toEqual([]);

    await field('Sign-in redirect URIs').fill('https://app.onedesk.com/sso/openid');
    expect(await beside.innerText()).toBe('');
    expect(await field('Sign-in redirect URIs').getAttribute('aria-invalid')).toBeNull();
    await field('Application').selectOption('node-red');
    await page.locator('summary').click();
    await field('Sign-in redirect URIs').fill('https://flows.acme.test/auth/strategy/callback');
    await page.getByLabel('Refuse sign-ins without PKCE').check();
    await page.locator('summary').click();
    await button('Show what will change').click();
    await page.locator('#pkceRequired:focus').waitFor();
    expect(await page.locator('#pkceRequired-error').innerText()).toContain('does not know PKCE');
  });

  it('shows a failure of Okta, and goes on when it is over', async () => {
    await planOneDesk();
    await fault({ method: 'PUT', path: '/groups/', status: 403 });
    await button('Set up').click();
    const alert = page.getByRole('alert');
    await expect.poll(() => alert.innerText()).toContain('taken back');
    expect(await okta().run('list_apps', { quickSearch: 'OneDesk' })).toEqual([]);
    await button('Back to the questions').click();
    await button('Show what will change').click();
    await page.locator('#plan').waitFor();
    await button('Set up').click();
    await page.locator('#result').waitFor();
    expect(await alert.innerText()).toBe('');
  });

  it('HALO-5 HALO-17 HALO-18 HALO-19 takes both addresses, and says for whom and when to redirect', async () => {
    await field('Application').selectOption('halo');
    await field('Sign-in redirect URIs').fill('https://acme.halo.test/agent\nhttps://acme.halo.test/portal');
    await field('Sign-out redirect URIs').fill('https://acme.halo.test/\nhttps://acme.halo.test/portal/out');
    await page.getByRole('radio', { name: 'Agents and users' }).check();
    await setUpOneDesk();
    const text = await page.locator('#result-body').innerText();
    expect(text).toContain('Enable single sign-on for agents and users.');
    expect(text).toContain('automatic redirect');
    expect(text).toContain('Okta button');
    expect(text).toContain('Sign-in of Okta for https://acme.halo.test/portal');
    const [app] = (await okta().run('list_apps', { quickSearch: 'HaloITSM' })) as unknown as [
      { settings: { oauthClient: Record<string, string[]> } },
    ];
    expect(app.settings.oauthClient).toMatchObject({
      grant_types: ['authorization_code', 'implicit'],
      redirect_uris: ['https://acme.halo.test/agent', 'https://acme.halo.test/portal'],
      post_logout_redirect_uris: ['https://acme.halo.test/', 'https://acme.halo.test/portal/out'],
    });
  });

  it('finds the app again, and shows what somebody changed', async () => {
    await setUpOneDesk();
    await button('Set another one up').click();
    await button('Show what will change').click();
    await expect
      .poll(() => page.locator('#plan-body').innerText())
      .toContain('nothing differs from your answers');
    await button('Back to the questions').click();
    await field('Sign-in redirect URIs').fill('https://eu.onedesk.com/sso/openid');
    await button('Show what will change').click();
    await expect
      .poll(() => page.locator('#plan-body').innerText())
      .toContain('Change of the app: settings.oauthClient.redirect_uris');
  });

  it('OD-13 HALO-18 signs somebody in for a test, shows claims and decision, and leaves the app as it was', async () => {
    await newPerson({ inSales: true });
    await setUpOneDesk();
    await page.getByLabel('The application makes accounts at the first sign-in').check();
    const tab = await signInTab();
    expect(await redirectUris()).toEqual([
      'https://app.onedesk.com/sso/openid',
      new URL('/okta-connector-sso-test', url).href,
    ]);
    await signInAs(tab);
    await expect.poll(() => tab.locator('body').innerText()).toContain('You can close this tab');
    const body = page.locator('#test-body');
    await expect.poll(() => body.innerText()).toContain('The sign-in works');
    expect(await body.innerText()).toContain('make an account');
    expect(await page.locator('#claims').innerText()).toContain(PERSON.login);
    expect(await page.evaluate('document.activeElement.id')).toBe('test-body');
    expect(await barriers()).toEqual([]);
    await page.evaluate("document.getElementById('test').scrollIntoView()");
    await picture('sso-wizard-test');
    expect(await redirectUris()).toEqual(['https://app.onedesk.com/sso/openid']);
    expect(errors).toEqual([]);

    // Of an app that was there before, too: its secret stays in the process.
    await button('Set another one up').click();
    await button('Show what will change').click();
    await button('Show the values').click();
    await page.getByLabel('The application makes accounts at the first sign-in').uncheck();
    await signInAs(await signInTab());
    await expect.poll(() => body.innerText()).toContain('let nobody in');
    expect(await redirectUris()).toEqual(['https://app.onedesk.com/sso/openid']);
  }, 60_000);

  it('OD-16 says why somebody could not sign in, and finds the cause', async () => {
    await newPerson({ inSales: false });
    await setUpOneDesk();
    await signInAs(await signInTab());
    const body = page.locator('#test-body');
    await expect.poll(() => body.innerText()).toContain('The sign-in failed');
    expect(await body.innerText()).toContain('not assigned to the client application.\n');
    expect(await redirectUris()).toEqual(['https://app.onedesk.com/sso/openid']);

    expect(await field('What was seen').inputValue()).toContain('not assigned');
    await field('Who tried to sign in').fill('nobody@acme.test');
    await button('Find the cause').click();
    const causes = page.locator('#trouble-body');
    await expect.poll(() => causes.innerText()).toContain('The org has no such user.');
    await field('Who tried to sign in').fill(PERSON.login);
    await button('Find the cause').click();
    await expect.poll(() => causes.innerText()).toContain('okta-connector run assign_user_to_app');
    expect(await causes.innerText()).toContain('does not have the app');
    expect(await barriers()).toEqual([]);
  }, 60_000);

  it('takes its redirect URI away when it is ended in the middle of a sign-in', async () => {
    await setUpOneDesk();
    await signInTab();
    expect(await redirectUris()).toHaveLength(2);
    wizard.child.kill('SIGINT');
    expect(await wizard.done).toMatchObject({ code: 0 });
    expect(await redirectUris()).toEqual(['https://app.onedesk.com/sso/openid']);
  });

  it('tells when its redirect URI could not be taken away, and tries again at the end', async () => {
    await newPerson({ inSales: true });
    await setUpOneDesk();
    const tab = await signInTab();
    await fault({ method: 'PUT', path: '/api/v1/apps/', status: 403 });
    await signInAs(tab);
    const body = page.locator('#test-body');
    await expect.poll(() => body.innerText()).toContain('could not be taken away from the app OneDesk');
    expect(await redirectUris()).toHaveLength(2);
    expect(wizard.output.stderr).toContain('could not be taken away from the app OneDesk');
    await button('Done').click();
    expect(await wizard.done).toMatchObject({ code: 0 });
    expect(await redirectUris()).toEqual(['https://app.onedesk.com/sso/openid']);
  });

  it('says why a sign-in cannot be tested, and does not take the answer of another one', async () => {
    await setUpOneDesk();
    await fault({ method: 'PUT', path: '/api/v1/apps/', status: 403 });
    await button('Sign in for a test').click();
    await expect.poll(() => page.getByRole('alert').innerText()).not.toBe('');
    expect(await redirectUris()).toEqual(['https://app.onedesk.com/sso/openid']);
    await signInTab();
    const forged = await context.newPage();
    await forged.goto(new URL('/okta-connector-sso-test?code=stolen&state=guessed', url).href);
    expect(await forged.locator('body').innerText()).toContain('This answer belongs to another sign-in');
    expect(await redirectUris()).toHaveLength(2);
    await page.bringToFront();
    await button('Stop waiting').click();
    await expect.poll(() => page.locator('#test-body').innerText()).toContain('The sign-in was stopped');
    expect(await redirectUris()).toEqual(['https://app.onedesk.com/sso/openid']);
    expect(await button('Sign in for a test').isEnabled()).toBe(true);
  });

  it('opens the sign-in of a SAML application from the side of Okta', async () => {
    await field('Application').selectOption('saml');
    await field('Name of the app in Okta').fill('Acme Wiki');
    await field('Entity ID (audience)').fill('https://crm.acme.test/saml');
    await field('ACS URL').fill('https://crm.acme.test/saml/acs');
    await setUpOneDesk();
    expect(await button('Sign in for a test').isVisible()).toBe(false);
    const link = page.getByRole('link', { name: 'Sign in to the application (new tab)' });
    expect(await link.getAttribute('href')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/app\/.*\/sso\/saml$/);
    expect(await page.locator('.paste h3').allInnerTexts()).toEqual([
      '1. Metadata of Okta',
      '2. Or one by one',
    ]);
    await button('Copy Certificate (PEM)').click();
    expect(await clipboard()).toMatch(/^-----BEGIN CERTIFICATE-----/);
    expect(await barriers()).toEqual([]);
  });

  it('is closed to pages of other origins, also of another port of this machine', async () => {
    const other = createServer((_, response) => {
      response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>evil</title><body>');
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const evil = await context.newPage();
    await evil.goto(`http://127.0.0.1:${(other.address() as AddressInfo).port}/`);
    const start = new URL('api/start', page.url()).href;
    const attempts = await evil.evaluate<string[]>(`(async () => {
      const post = (options) => fetch('${start}', { method: 'POST', body: '{}', credentials: 'include', ...options })
        .then(({ type, status }) => type + ' ' + status, (error) => error.name);
      const frame = document.createElement('iframe');
      frame.src = '${page.url()}';
      document.body.append(frame);
      await new Promise((resolve) => frame.addEventListener('load', resolve));
      let framed = 'blocked';
      try { framed = frame.contentDocument?.title ?? 'blocked'; } catch {}
      return [
        await post({ headers: { 'Content-Type': 'application/json' } }),
        await post({ headers: { 'Content-Type': 'text/plain' } }),
        await post({ mode: 'no-cors' }),
        framed,
      ];
    })()`);
    expect(attempts).toEqual(['TypeError', 'TypeError', 'TypeError', 'blocked']);
    other.close();

    const stranger = await (await browser.newContext()).newPage();
    expect((await stranger.goto(url))?.status()).toBe(403);
    expect(await stranger.locator('body').innerText()).toContain('This link has been used already');
    expect((await stranger.goto(page.url()))?.status()).toBe(403);
  });
});
