import { beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../../src/connect.ts';
import type { OktaError } from '../../src/errors/errors.ts';
import { newProfile, useSandbox } from '../sandbox/support.ts';
import { rejection } from '../support/server.ts';

const org = useSandbox();
let client: ReturnType<typeof connect>;

beforeEach(() => {
  const { orgUrl, apiToken: token } = org.sandbox;
  client = connect({ orgUrl, auth: { type: 'api_token', token } });
  return () => client.close();
});

const profile = newProfile('ana');
const create = (more: object = {}) => client.run('create_user', { profile, ...more });
const refusal = (code: string, ...causes: string[]) => ({
  kind: 'status',
  status: code === 'E0000001' ? 400 : 403,
  body: {
    errorCode: code,
    errorSummary: 'Refused',
    errorCauses: causes.map((errorSummary) => ({ errorSummary })),
  },
});
const fault = (what: object) => org.control('POST', '/faults', what);
const written = async () =>
  (await org.control('GET', '/requests?method=POST')).body.requests.filter(({ path }: { path: string }) =>
    path.startsWith('/api/v1/users'),
  );

describe('an attribute that Okta does not know yet', () => {
  const unknown = refusal('E0000001', "Property name 'department' is not defined in profile");

  it('is sent once more', async () => {
    await fault({ method: 'POST', path: '^/api/v1/users$', fault: unknown });
    expect(await create()).toMatchObject({ profile: { login: profile.login } });
    await fault({ method: 'POST', path: '^/api/v1/users/', fault: unknown });
    await client.run('update_user', { userId: profile.login, profile: { department: 'Sales' } });
    expect(await written()).toHaveLength(4);
  });

  it('is an error when it stays unknown', async () => {
    await fault({ method: 'POST', times: 2, fault: unknown });
    expect(await rejection(create())).toMatchObject({ code: 'validation_failed' });
    expect(await written()).toHaveLength(2);
  });

  it('is told from other refusals, which are not repeated', async () => {
    await fault({ method: 'POST', fault: refusal('E0000001', 'email: The field cannot be left blank') });
    await rejection(create());
    expect(await written()).toHaveLength(1);
  });
});

describe('a login that is taken', () => {
  it('is already_exists, with the id of who has it', async () => {
    const { id } = await create();
    const error = (await rejection(create())) as OktaError;
    expect(error.code).toBe('already_exists');
    expect(error.message).toContain(`the user ${id} has this login`);
  });

  it('is told in the words of Okta when the holder cannot be read', async () => {
    await create();
    await fault({ method: 'GET', path: '^/api/v1/users/', fault: refusal('E0000006') });
    const error = await rejection(create());
    expect(error).toMatchObject({ code: 'already_exists', message: expect.not.stringContaining('has this') });
  });

  it('is another matter than another attribute that must be unique', async () => {
    const cause = 'badge: An object with this field already exists in the current organization';
    await fault({ method: 'POST', fault: refusal('E0000001', cause) });
    const error = await rejection(create());
    expect(error).toMatchObject({ code: 'already_exists', message: expect.not.stringContaining('has this') });
  });
});

describe('create_or_update_user', () => {
  const run = (more: object = {}) =>
    client.run('create_or_update_user', { profile: { ...profile, department: 'Sales', ...more } });

  it('creates one user when two run at once; the other one finds it', async () => {
    const both = await Promise.all([run(), run()]);
    expect(both.map(({ created }) => created).sort()).toEqual([false, true]);
    expect(new Set(both.map(({ user }) => user.id)).size).toBe(1);
    expect(await org.events('user.lifecycle.create')).toHaveLength(1);
    expect(await org.events('user.account.update_profile')).toHaveLength(0);
  });

  it('brings a user up to date who was created in between', async () => {
    // Nobody is found at first, as if the other one came a moment later.
    const { id } = await create();
    await fault({ method: 'GET', path: '^/api/v1/users/', fault: { ...refusal('E0000007'), status: 404 } });
    expect(await run()).toMatchObject({ created: false, changed: true, user: { id } });
    expect(await org.events('user.lifecycle.create')).toHaveLength(1);
  });

  it('says created when only the answer to the creation was lost', async () => {
    await fault({ method: 'POST', path: '^/api/v1/users$', fault: { kind: 'reset_after' } });
    expect(await run()).toMatchObject({ created: true, changed: true });
    expect(await org.events('user.lifecycle.create')).toHaveLength(1);
    expect(await run()).toMatchObject({ created: false, changed: false });
  });

  it('clears an attribute by null, once', async () => {
    await run();
    const cleared = await run({ department: null });
    expect(cleared).toMatchObject({ created: false, changed: true });
    expect(cleared.user.profile.department).toBeUndefined();
    expect(await run({ department: null })).toMatchObject({ changed: false });
  });

  it('takes a login in another case for the same user, and nobody with the same short name', async () => {
    const { id } = await create();
    expect(await run({ login: profile.login.toUpperCase() })).toMatchObject({ created: false, user: { id } });
    const login = 'ana@elsewhere.example';
    expect(await run({ login, email: login })).toMatchObject({ created: true });
    expect(await client.run('find_user', { login: 'ana' })).toMatchObject({ found: false });
  });

  it('passes on what is no race', async () => {
    const cause = 'badge: An object with this field already exists in the current organization';
    await fault({ method: 'POST', fault: refusal('E0000001', cause) });
    expect(await rejection(run())).toMatchObject({ code: 'already_exists' });
    await fault({ method: 'POST', fault: refusal('E0000006') });
    expect(await rejection(run())).toMatchObject({ code: 'permission_denied' });
    await fault({ method: 'GET', fault: refusal('E0000006') });
    expect(await rejection(run())).toMatchObject({ code: 'permission_denied' });
  });
});

describe('find_user', () => {
  it.each([{}, { login: 'a@b.test', email: 'a@b.test' }])(
    'refuses %j: one of three is needed',
    async (input) => {
      expect(await rejection(client.run('find_user', input))).toMatchObject({ code: 'invalid_input' });
    },
  );

  it('tells by an address that several have it, in different cases', async () => {
    for (const [name, email] of Object.entries({ bo: 'Desk@sandbox.example', cy: 'desk@sandbox.example' }))
      await client.run('create_user', { profile: { ...newProfile(name), email } });
    const output = await client.run('find_user', { email: 'desk@sandbox.example' });
    expect(output).toMatchObject({ found: true, several: true });
    expect(output.userIds).toHaveLength(2);
    expect(output.user).toBeUndefined();
  });
});

describe('set_user_password', () => {
  const password = 'Other-94y!Quartz';
  const set = (more: object = {}) =>
    client.run('set_user_password', { userId: profile.login, password, ...more });

  it.each([
    ['E0000001', 'password: Password requirements were not met. At least 8 characters.'],
    ['E0000014', 'Password has been used too recently'],
  ])('says in words what the policy asks for: %s', async (code, cause) => {
    await create();
    await fault({ method: 'POST', path: '^/api/v1/users/', fault: refusal(code, cause) });
    const error = (await rejection(set())) as OktaError;
    expect(error).toMatchObject({ code: 'validation_failed', causes: [cause] });
    expect(error.message).toBe(`The password policy of the org refuses this password: ${cause}`);
    expect(JSON.stringify(error)).not.toContain(password);
  });

  it('leaves other refusals as they are', async () => {
    await create();
    await fault({
      method: 'POST',
      path: '^/api/v1/users/',
      fault: refusal('E0000001', 'password: not allowed here'),
    });
    expect((await rejection(set())) as OktaError).toMatchObject({
      message: expect.stringContaining('Okta answered 400'),
    });
  });

  it('sends nothing where a password cannot expire', async () => {
    await create({ activate: false });
    expect(await rejection(set({ temporary: true }))).toMatchObject({
      ...{ code: 'wrong_state', message: expect.stringContaining('STAGED') },
    });
    expect(await written()).toHaveLength(1);
  });

  it('says that the password is set when only its expiry fails', async () => {
    await create({ credentials: { password: { value: 'First-94y!Quartz' } } });
    await fault({ method: 'POST', path: 'expire_password', fault: refusal('E0000038') });
    expect(await rejection(set({ temporary: true }))).toMatchObject({
      ...{ code: 'wrong_state', message: expect.stringContaining('Done so far: password set') },
    });
  });
});
