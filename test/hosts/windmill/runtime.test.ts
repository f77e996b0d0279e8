import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { scriptFields } from '../../../src/hosts/windmill/fields.ts';
import { chooseFrom, type OktaConnector, pullTrigger, runScript } from '../../../src/hosts/windmill/index.ts';
import { manifest } from '../../../src/manifest/manifest.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';
import { clientOf, newProfile, type Client as Org } from '../../sandbox/support.ts';
import { expectNewHire, orgBeforeNewHire, tellNewHire } from '../../support/new-hire.ts';
import { argumentsFor } from './form.ts';

let sandbox: Sandbox;
let org: Org;
let okta: OktaConnector;
beforeAll(async () => {
  sandbox = await startSandbox({});
  org = clientOf(sandbox);
  okta = { orgUrl: sandbox.orgUrl, token: sandbox.apiToken };
});
beforeEach(async () => {
  await org.control('POST', '/reset');
});
afterAll(() => sandbox.close());

/** What Windmill keeps for one script. */
function scriptState() {
  let kept: string | undefined;
  return {
    getState: async () => (kept === undefined ? undefined : JSON.parse(kept)),
    setState: async (state: unknown) => {
      kept = JSON.stringify(state);
    },
  };
}

describe('L5 scripts', () => {
  it('run with a token, and with a private key whose line breaks are lost', async () => {
    const { login } = sandbox.admin;
    const { id } = (await runScript(okta, 'get_user', { userId: login })) as { id: string };
    const { clientId, privateKey, keyId } = sandbox.dpopServiceApp;
    const oneLine =
      typeof privateKey === 'string' ? privateKey.replaceAll('\n', ' ') : JSON.stringify(privateKey);
    const app = { orgUrl: okta.orgUrl, clientId, privateKey: oneLine, keyId, scopes: 'okta.users.read' };
    expect(await runScript(app, 'get_user', { userId: login })).toMatchObject({ id });
  });

  it('L story: a new hire has the account, the group, the app and the mail', async () => {
    const before = await orgBeforeNewHire();
    const { orgUrl, apiToken: token } = before.sandbox;
    await tellNewHire((key, input) => {
      const action = manifest().actions.find((one) => one.key === key) ?? expect.fail(key);
      return runScript({ orgUrl, token }, key, argumentsFor(scriptFields(action), input));
    });
    await expectNewHire(before);
    await before.sandbox.close();
  });

  it('say in words what went wrong, without a secret', async () => {
    await expect(runScript(okta, 'get_user', { userId: 'nobody@acme.test' })).rejects.toMatchObject({
      code: 'not_found',
      message: expect.stringContaining('nobody@acme.test'),
    });
    const refused = await runScript({ ...okta, token: 'token-77c1' }, 'get_user', { userId: 'x' }).catch(
      (error: Error) => `${error.message} ${error.stack}`,
    );
    expect(refused).toMatch(/token/i);
    expect(refused).not.toContain('77c1');
    await expect(runScript(okta, 'get_usr', {})).rejects.toMatchObject({ code: 'unknown_operation' });
    await expect(runScript({ ...okta, privateKey: 'x' }, 'get_user', { userId: 'x' })).rejects.toThrow(
      /both/,
    );
  });

  it('keep what is left empty, clear what is named, and take attributes that only the org has', async () => {
    const profile = { ...newProfile('wind'), department: 'Sales', city: 'Rome' };
    await org.post('/api/v1/users?activate=false', { profile });
    await runScript(okta, 'update_user', {
      ...{ userId: profile.login, profile: { city: '', title: 'Boss', department: null } },
      ...{ profile__more: { nickName: 'Bo' }, values_to_clear: ['profile.city'] },
    });
    const { body } = await org.get(`/api/v1/users/${profile.login}`);
    expect(body.profile).toMatchObject({ department: 'Sales', title: 'Boss', nickName: 'Bo' });
    expect(body.profile.city ?? null).toBeNull();
  });

  it('take a time as the Date that Windmill makes of it', async () => {
    const { body } = await org.post('/api/v1/users', { profile: newProfile('earlier') });
    const pull = (since: Date) => pullTrigger(okta, 'user_created', { since }, scriptState());
    expect(JSON.stringify(await pull(new Date(Date.now() - 60_000)))).toContain(body.id);
    expect(await pull(new Date(Date.now() + 1_000))).toEqual([]);
  });

  it('fill drop-downs', async () => {
    const [found] = await chooseFrom(okta, 'users', sandbox.admin.login);
    expect(found?.label).toContain(sandbox.admin.login);
    await expect(chooseFrom(okta, 'factors')).rejects.toThrow(/choose it first/);
    expect(await chooseFrom(okta, 'factors', undefined, { userId: found?.value })).toBeInstanceOf(Array);
  });

  it('return what is new since their last run: nothing twice, nothing lost', async () => {
    const state = scriptState();
    const pull = () => pullTrigger(okta, 'user_created', { since: undefined, include: 'true' }, state);
    expect(await pull()).toEqual([]);
    const ids: string[] = [];
    for (const name of ['one', 'two']) {
      const { body } = await org.post('/api/v1/users', { profile: newProfile(name) });
      ids.push(body.id);
    }
    const items = (await pull()) as { user: { id: string } }[];
    expect(items.map(({ user }) => user.id).sort()).toEqual(ids.sort());
    expect(await pull()).toEqual([]);
    await expect(pullTrigger(okta, 'user_suspended', {}, state)).rejects.toThrow(/cursor/);
  });
});
