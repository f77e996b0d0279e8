import { describe, expect, it } from 'vitest';
import { Browser, fieldsOf } from '../support/browser.ts';
import { newProfile, useSandbox } from './support.ts';

const client = useSandbox();
const password = 'Right-Pass-1';
const path = '/login/login.htm';

async function newUser(name = 'walker'): Promise<{ id: string; username: string }> {
  const profile = newProfile(name);
  const { body } = await client.post('/api/v1/users', {
    profile,
    credentials: { password: { value: password } },
  });
  return { id: body.id, username: profile.login };
}

async function attempt(fields: Record<string, string>, query = '') {
  const browser = new Browser(client.sandbox.orgUrl);
  const page = await browser.submit(await browser.open(path + query), fields);
  return { browser, page };
}

describe('the sign-in page', () => {
  it('signs in with the password, and the session is one of the org', async () => {
    const { id, username } = await newUser();
    const { browser, page } = await attempt({ username, password });
    expect([page.status, page.url.pathname]).toEqual([200, path]);
    expect(page.text).toContain(`You are signed in as ${username}.`);
    const session = (await client.get(`/api/v1/sessions/${browser.sid}`)).body;
    expect(session).toMatchObject({ userId: id, login: username, status: 'ACTIVE' });
    expect(await client.events('user.session.start')).toContainEqual(
      expect.objectContaining({
        actor: expect.objectContaining({ id }),
        outcome: { result: 'SUCCESS', reason: null },
      }),
    );
    expect((await browser.open(path)).text).not.toContain('<form');
  });

  it('keeps its session out of the reach of scripts and of other sites', async () => {
    const { username } = await newUser();
    const answer = await client.call('POST', path, new URLSearchParams({ username, password }).toString(), {
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(answer.status).toBe(302);
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^sid=\S+; Path=\/; HttpOnly; SameSite=Lax$/),
    ]);
    expect(answer.headers.get('cache-control')).toContain('no-store');
  });

  it('cannot be framed, loads nothing, and is kept nowhere', async () => {
    const { headers, text } = await new Browser(client.sandbox.orgUrl).open(path);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('cache-control')).toContain('no-store');
    for (const name of ['username', 'password']) {
      expect(text).toContain(`<label for="${name}">`);
      expect(text).toContain(`<input id="${name}"`);
    }
  });

  it('says the same of a wrong password and of a user that does not exist', async () => {
    const { username } = await newUser();
    const wrong = await attempt({ username, password: 'Wrong-Pass-1' });
    const nobody = await attempt({ username: 'nobody@sandbox.example', password });
    for (const { page, browser } of [wrong, nobody]) {
      expect(page.status).toBe(401);
      expect(page.text).toContain('<p role="alert" id="why">Unable to sign in');
      expect(page.text).not.toContain(password);
      expect(browser.sid).toBeUndefined();
    }
    expect(fieldsOf(wrong.page).username).toBe(username);
  });

  it('locks the account at the fifth wrong password, whatever comes after', async () => {
    const { username } = await newUser();
    for (let i = 0; i < 4; i++) await attempt({ username, password: 'Wrong-Pass-1' });
    expect((await attempt({ username, password: 'Wrong-Pass-1' })).page.text).toContain(
      'Your account is locked',
    );
    const { page, browser } = await attempt({ username, password });
    expect(page.text).toContain('Your account is locked');
    expect(browser.sid).toBeUndefined();
  });

  it.each([
    ['suspend', 'Your account is suspended'],
    ['deactivate', 'Your account is deactivated'],
    ['expire_password', 'Your password has expired'],
    ['reset_password?sendEmail=true', 'Your password is being reset'],
  ])(
    'refuses a user after %s and says why; a session from before is worth nothing',
    async (operation, why) => {
      const { id, username } = await newUser();
      const { browser } = await attempt({ username, password });
      await client.post(`/api/v1/users/${id}/lifecycle/${operation}`);
      expect((await browser.open(path)).text).toContain('<form');
      const refused = await attempt({ username, password });
      expect(refused.page.text).toContain(why);
      expect(refused.browser.sid).toBeUndefined();
    },
  );

  it('refuses a user who was never activated and says why', async () => {
    await client.post('/api/v1/users?activate=false', { profile: newProfile('staged') });
    const { page } = await attempt({ username: 'staged@sandbox.example', password: 'x' });
    expect(page.text).toContain('Your account is not activated yet');
  });

  it.each([
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example/',
    'javascript:alert(1)',
    '',
    'http:x',
  ])('leads to no other place: %j', async (target) => {
    const { username } = await newUser();
    const { page } = await attempt({ username, password }, `?fromURI=${encodeURIComponent(target)}`);
    expect([page.url.origin, page.back]).toEqual([client.sandbox.orgUrl, undefined]);
    const forged = await attempt({ username, password, fromURI: target });
    expect([forged.page.url.origin, forged.page.back]).toEqual([client.sandbox.orgUrl, undefined]);
  });

  it('goes back to the path of the org that asked, with its query', async () => {
    const { username } = await newUser();
    const target = '/api/v1/none?a=1&b=%26%22';
    const { page } = await attempt({ username, password }, `?fromURI=${encodeURIComponent(target)}`);
    expect(page.url.href).toBe(client.sandbox.orgUrl + target);
  });

  it('shows what it was given as text', async () => {
    const evil = `"><script>alert('1')</script>`;
    const { text } = await new Browser(client.sandbox.orgUrl).open(
      `${path}?username=${encodeURIComponent(evil)}`,
    );
    expect(text).not.toContain('<script>');
    expect(fieldsOf({ text }).username).toBe(evil);
  });

  it('takes no form of another site', async () => {
    const { username } = await newUser();
    const answer = await client.call('POST', path, new URLSearchParams({ username, password }).toString(), {
      'content-type': 'application/x-www-form-urlencoded',
      origin: 'https://evil.example',
    });
    expect(answer.status).toBe(403);
    expect(answer.headers.getSetCookie().filter((line) => /^sid=\w/.test(line))).toEqual([]);
  });

  it('signs out, which is logged', async () => {
    const { id, username } = await newUser();
    const { browser } = await attempt({ username, password });
    const { sid } = browser;
    expect((await browser.open('/login/signout')).text).toContain('<form');
    expect(browser.sid).toBeUndefined();
    expect((await client.get(`/api/v1/sessions/${sid}`)).status).toBe(404);
    expect(await client.events('user.session.end')).toEqual([
      expect.objectContaining({ actor: expect.objectContaining({ id }) }),
    ]);
  });
});
