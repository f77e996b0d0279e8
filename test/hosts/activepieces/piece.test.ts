import { ActionBase, createPiece, TriggerBase } from '@activepieces/pieces-framework';
import { extractPieceFromModule } from '@activepieces/shared';
import { describe, expect, it } from 'vitest';
import { actionForm } from '../../../src/hosts/activepieces/actions.ts';
import * as module from '../../../src/hosts/activepieces/index.ts';
import { CLEARED, flatName } from '../../../src/hosts/flat-form.ts';
import { effectOf, remoteFields, remoteOperations } from '../../../src/hosts/index.ts';
import { manifest } from '../../../src/manifest/manifest.ts';
import { useSandbox } from '../../sandbox/support.ts';
import { expectNewHire, orgBeforeNewHire, tellNewHire } from '../../support/new-hire.ts';
import { isInShare } from '../../support/share.ts';
import { filledIn, stepContext } from './form.ts';
import { runScenarios, tokenAuth } from './scenarios.ts';

const { okta: piece } = module;
const { actions, triggers } = remoteOperations(manifest());

const org = useSandbox();

const auth = () => tokenAuth(org.sandbox);
const keyAuth = () => {
  const { clientId, privateKey, keyId } = org.sandbox.dpopServiceApp;
  // As it arrives from a field of one line.
  const oneLine =
    typeof privateKey === 'string' ? privateKey.replaceAll('\n', ' ') : JSON.stringify(privateKey);
  const scopes = 'okta.users.read okta.groups.read okta.logs.read';
  return {
    type: 'CUSTOM_AUTH',
    props: { orgUrl: org.sandbox.orgUrl, clientId, privateKey: oneLine, keyId, scopes },
  };
};
const run = (key: string, props: Record<string, unknown>, as: unknown = auth()) =>
  piece.getAction(key)!.run(stepContext(as, props));

describe('L3 the piece', () => {
  it('is what Activepieces looks for, with every action and trigger that can run in a service', () => {
    expect(extractPieceFromModule({ module, pieceName: 'piece-okta', pieceVersion: '0.1.0' })).toBe(piece);
    expect(Object.keys(piece.actions()).sort()).toEqual(actions.map(({ key }) => key).sort());
    const instant = triggers.flatMap(({ key, kind, signed, logOnly, instant: isInstant }) =>
      !isInstant || signed || logOnly ? [] : kind === 'webhook' ? key : `${key}_instant`,
    );
    const polled = triggers.filter(({ kind }) => kind !== 'webhook').map(({ key }) => key);
    const names = [...new Set([...polled, ...instant])].sort();
    expect(Object.keys(piece.triggers()).sort()).toEqual(names);
    expect(instant.length).toBeGreaterThan(15);
    expect(piece.logoUrl).toMatch(/^data:image\/svg\+xml;base64,.{100}/);
    expect(piece.getContextInfo?.()).toEqual({ version: '2' });
    expect(() => createPiece({ ...piece, actions: [], triggers: [], auth: piece.auth })).not.toThrow();
  });

  it.each(actions.map(({ key }) => key))('%s fits ActionBase', (key) => {
    const action = piece.getAction(key);
    expect(ActionBase.safeParse(action).error?.issues ?? []).toEqual([]);
    for (const [name, prop] of Object.entries(action?.props ?? {})) {
      expect(name).toMatch(/^\w+$/);
      expect((prop as { displayName: string }).displayName, name).toBeTruthy();
    }
  });

  it.each(Object.keys(piece.triggers()))('%s fits TriggerBase', (key) => {
    expect(TriggerBase.safeParse(piece.getTrigger(key)).error?.issues ?? []).toEqual([]);
  });

  it('mcp-field: tells agents what cannot be undone, and offers them nothing that never can', () => {
    for (const { key, effect, description } of actions) {
      const { audience, aiMetadata, errorHandlingOptions } = piece.getAction(key)!;
      expect(aiMetadata?.description).toContain(description);
      expect(aiMetadata?.idempotent).toBe(effect.kind === 'read' || effect.idempotent);
      if (audience === 'both' && effect.destructive)
        expect(aiMetadata?.description).toContain('Some inputs cannot be undone');
      // Activepieces would repeat a write that may have been done.
      if (effect.kind === 'write' && !effect.idempotent)
        expect(errorHandlingOptions.retryOnFailure.hide).toBe(true);
    }
    expect(piece.getAction('delete_user')?.audience).toBe('human');
    expect(effectOf('delete_user').destructive).toBe(true);
    expect(piece.getAction('search_users')?.audience).toBe('both');
  });

  it('has a label for every choice, and no checkbox that says no by itself', () => {
    for (const action of Object.values(piece.actions())) {
      for (const [name, prop] of Object.entries(action.props) as [string, Record<string, unknown>][]) {
        const where = `${action.name} ${name}`;
        if (prop.type === 'CHECKBOX') expect(typeof prop.defaultValue, where).toBe('boolean');
        if (prop.type !== 'STATIC_DROPDOWN') continue;
        const { options } = prop.options as { options: { label: string; value: unknown }[] };
        expect(options.length, where).toBeGreaterThan(0);
        for (const { label } of options) expect(label, where).toBeTruthy();
      }
    }
  });

  it('asks for no input of the machine it runs on', () => {
    for (const action of actions) {
      const names = remoteFields(action).map(({ name }) => flatName(name));
      const { [CLEARED]: _, ...own } = piece.getAction(action.key)!.props;
      expect(Object.keys(own).sort()).toEqual(names.sort());
    }
  });
});

describe('L3 connections', () => {
  const [custom, oauth] = [piece.auth].flat();
  const validate = (value: unknown, of: unknown = custom) =>
    (of as { validate(params: unknown): Promise<unknown> }).validate({ auth: value });

  it('are one form for token and private key, and a sign-in', () => {
    expect([custom?.type, oauth?.type]).toEqual(['CUSTOM_AUTH', 'OAUTH2']);
    expect(oauth).toMatchObject({ pkce: true, pkceMethod: 'S256', scope: ['{scopes}'] });
  });

  it('are tested: token, private key of one line with DPoP, sign-in', async () => {
    expect(await validate(auth().props)).toEqual({ valid: true });
    expect(await validate(keyAuth().props)).toEqual({ valid: true });
    const wrong = { access_token: 'wrong.token.x', props: { orgUrl: org.sandbox.orgUrl }, data: {} };
    expect(await validate(wrong, oauth)).toMatchObject({ valid: false });
  });

  it.each([
    ['a wrong token', { token: 'wrong-token-5f31' }, /token/i],
    ['no address', { orgUrl: '' }, /org/i],
    ['nothing filled in', { token: '' }, /token: must not be empty/],
    ['both filled in', { privateKey: 'key-7d21' }, /both an API token and a private key/],
    ['a broken key', { token: '', clientId: 'x', privateKey: 'key-7d21', scopes: 'a' }, /key/i],
  ])('say what is wrong: %s', async (_, changed, message) => {
    const result = await validate({ ...auth().props, ...changed });
    expect(result).toMatchObject({ valid: false, error: expect.stringMatching(message) });
    expect(JSON.stringify(result)).not.toMatch(/5f31|7d21/);
  });

  it('work for actions', async () => {
    const { id } = (await run('get_user', { userId: org.sandbox.admin.login })) as { id: string };
    expect(await run('get_user', { userId: id }, keyAuth())).toMatchObject({ id });
    const token = await signedIn();
    const signIn = {
      ...{ type: 'OAUTH2', access_token: token, client_id: 'x', scope: 'okta.users.read' },
      ...{ props: { orgUrl: org.sandbox.orgUrl }, data: {} },
    };
    expect(await run('get_user', { userId: id }, signIn)).toMatchObject({ id });
  });

  /** What the sign-in of Activepieces ends with. */
  async function signedIn(): Promise<string> {
    const { clientId, clientSecret, redirectUris } = org.sandbox.webApp;
    const [redirect_uri = ''] = redirectUris;
    const url = new URL('/oauth2/v1/authorize', org.sandbox.orgUrl);
    const asked = {
      response_type: 'code',
      client_id: clientId,
      redirect_uri,
      scope: 'okta.users.read',
      state: 's',
    };
    url.search = new URLSearchParams(asked).toString();
    const { headers } = await fetch(url, { redirect: 'manual' });
    const code = new URL(headers.get('location') ?? '').searchParams.get('code') ?? '';
    const answer = await fetch(new URL('/oauth2/v1/token', org.sandbox.orgUrl), {
      method: 'POST',
      headers: { Authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
      body: new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri }),
    });
    return ((await answer.json()) as { access_token: string }).access_token;
  }
});

describe('L3 actions', () => {
  it('run a share of the scenarios; all of them in npm run test:activepieces', {
    timeout: 60_000,
  }, async () => {
    const clock = { now: () => Date.now(), sleep: async () => {} };
    const ran = await runScenarios(piece, org.sandbox, clock, ({ action, name }) => {
      const isSlow = /push|import|wait/.test(action);
      return !isSlow && isInShare(`activepieces ${action} ${name}`, 60);
    });
    expect(ran.size).toBeGreaterThan(5);
  });

  it('L story: a new hire has the account, the group, the app and the mail', async () => {
    const before = await orgBeforeNewHire();
    await tellNewHire((key, input) => {
      const action = actions.find((one) => one.key === key) ?? expect.fail(key);
      return run(key, filledIn(actionForm(action), input), tokenAuth(before.sandbox));
    });
    await expectNewHire(before);
    await before.sandbox.close();
  });

  it('say in words what went wrong, with the code and without a secret', async () => {
    const failed = await run('get_user', { userId: 'nobody@acme.test' }).catch((error: Error) => error);
    expect(failed).toMatchObject({ code: 'not_found', message: expect.stringMatching(/nobody@acme\.test/) });
    const refused = await run(
      'get_user',
      { userId: 'x' },
      {
        type: 'CUSTOM_AUTH',
        props: { orgUrl: org.sandbox.orgUrl, token: 'token-3c90' },
      },
    ).catch((error: Error) => error);
    expect(refused).toMatchObject({ code: 'authentication_failed' });
    expect(`${(refused as Error).message} ${(refused as Error).stack}`).not.toContain('3c90');
    await expect(run('create_user', { profile: {} })).rejects.toThrow(/profile\.login: is required/);
  });

  it('say how long a rate limit lasts', async () => {
    await org.control('POST', '/faults', {
      path: '/api/v1/users/',
      times: 10,
      fault: { kind: 'rate_limit', resetInSeconds: 600 },
    });
    await expect(run('get_user', { userId: '00u1' })).rejects.toThrow(/try again in \d+ s/);
  });

  it('clear what is listed, and keep what is left empty', async () => {
    const login = 'clear@acme.test';
    const profile = { login, email: login, firstName: 'A', lastName: 'B', department: 'Sales', city: 'Rome' };
    await org.post('/api/v1/users?activate=false', { profile });
    await run('update_user', {
      ...{ userId: login, profile: { city: '', title: 'Boss' } },
      [CLEARED]: ['profile.department'],
    });
    const { body } = await org.get(`/api/v1/users/${login}`);
    expect(body.profile).toMatchObject({ city: 'Rome', title: 'Boss' });
    expect(body.profile.department ?? null).toBeNull();
  });
});

describe('L3 forms', () => {
  const prop = (action: string, name: string) => piece.getAction(action)?.props[name];
  const options = (action: string, name: string, values: object, searchValue?: string) =>
    prop(action, name).options({ auth: auth(), ...values }, { searchValue });

  it('search drop-downs, also those that depend on another value', async () => {
    const found = await options('get_user', 'userId', {}, org.sandbox.admin.login);
    expect(found.options).toMatchObject([{ label: expect.stringContaining(org.sandbox.admin.login) }]);
    expect(await options('get_user', 'userId', { auth: undefined })).toMatchObject({
      disabled: true,
      options: [],
    });
    const [{ value }] = found.options;
    expect(prop('reset_factor', 'factorId').refreshers).toContain('userId');
    expect(await options('reset_factor', 'factorId', { userId: value })).toMatchObject({ disabled: false });
  });

  it('say in the drop-down why it is empty', async () => {
    const state = await options('get_user', 'userId', {
      auth: { props: { orgUrl: org.sandbox.orgUrl, token: 'bad' } },
    });
    expect(state).toMatchObject({ disabled: true, placeholder: expect.stringMatching(/token/i) });
  });

  it('ask for the attributes of the org', async () => {
    const fields = async (action: string) =>
      Object.entries(await prop(action, 'profile').props({ auth: auth() }, {}));
    const created = Object.fromEntries(await fields('create_user')) as Record<string, { required: boolean }>;
    expect(created.login).toMatchObject({ type: 'SHORT_TEXT', required: true });
    expect(Object.keys(created).length).toBeGreaterThan(25);
    for (const [, field] of await fields('update_user')) expect(field).toMatchObject({ required: false });
    const clear = await options('update_user', CLEARED, {});
    const names = clear.options.map(({ value }: { value: string }) => value);
    expect(names).toContain('profile.department');
    expect(names).not.toContain('profile.login');
  });
});
