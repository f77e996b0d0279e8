import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { version } from 'zapier-platform-core';
import { zapierApp } from '../../../src/hosts/zapier/app.ts';
import { keysAuthentication } from '../../../src/hosts/zapier/keys-authentication.ts';
import { signInAuthentication } from '../../../src/hosts/zapier/sign-in-authentication.ts';
import { manifest } from '../../../src/manifest/manifest.ts';
import { useOrg } from '../../triggers/support.ts';
import { type ZapierStorage, zapierStorage, zapierWith } from './core.ts';
import { zapierSignIn } from './sign-in.ts';

const org = useOrg();
const apps = {
  keys: zapierApp(manifest(), keysAuthentication, version),
  signIn: zapierApp(manifest(), signInAuthentication, version),
};
const SCOPES =
  'okta.users.read okta.users.manage okta.groups.read okta.groups.manage okta.logs.read okta.schemas.read';
const TYPE = 'user.session.start';
const EVENTS = { eventTypes: [TYPE] };
const POLL = 'triggers.new_event.operation.perform';

/** Everything that Zapier runs and that asks Okta. */
const RUNS: [string, string, object, object][] = [
  ['an action', 'creates.create_group.operation.perform', { profile__name: 'Refused' }, {}],
  ['a search', 'searches.search_users.operation.perform', { limit: '1' }, {}],
  [
    'a drop-down',
    'triggers.groups_options.operation.perform',
    {},
    { page: 0, isFillingDynamicDropdown: true },
  ],
  ['the fields of attributes', 'creates.create_user.operation.inputFields', {}, {}],
  ['a poll', POLL, EVENTS, {}],
  ['a Zap that is switched on', POLL, EVENTS, { isPopulatingDedupe: true }],
  ['a sample', POLL, EVENTS, { isLoadingSample: true }],
  ['the test of the connection', 'authentication.test', {}, {}],
];

let storage: ZapierStorage;
beforeEach(async () => {
  storage = await zapierStorage();
});
afterEach(() => storage.close());

const byToken = (token = org.sandbox.apiToken) => ({
  orgUrl: org.sandbox.orgUrl,
  method: 'api_token',
  token,
});
const throttled = () =>
  org.fault({ kind: 'rate_limit', resetInSeconds: 600 }, { path: '/api/v1', times: 1_000 });
const nameOf = (run: Promise<unknown>) =>
  run.then(
    (result) => `no error: ${JSON.stringify(result)?.slice(0, 200)}`,
    ({ name, message }: Error) => (name === 'AppError' ? message : name),
  );
const idsOf = (items: { id: string }[]) => items.map(({ id }) => id);

describe('L2 a credential that Okta refuses', () => {
  it.each(RUNS)('ends %s in the error that Zapier acts on', async (_, method, input, meta) => {
    const { fields, tokens } = await zapierSignIn(apps.signIn, org.sandbox, SCOPES);
    const signedIn = zapierWith(apps.signIn, { ...fields, ...tokens }, storage);
    const keys = zapierWith(apps.keys, byToken('00abcdefghijklmnopqrstuvwxyz0123456789gone'), storage);
    await org.call(
      'POST',
      '/oauth2/v1/revoke',
      new URLSearchParams({ token: `${tokens.access_token}`, client_id: fields.clientId }).toString(),
      { authorization: '', 'content-type': 'application/x-www-form-urlencoded' },
    );
    expect(await nameOf(signedIn.run(method, input, meta))).toBe('RefreshAuthError');
    expect(await nameOf(keys.run(method, input, meta))).toBe('ExpiredAuthError');
  });

  it('loses nothing: the poll after the renewal has what came meanwhile', async () => {
    const { fields, tokens } = await zapierSignIn(apps.signIn, org.sandbox, SCOPES);
    const poll = (of: object, meta = {}) =>
      zapierWith(apps.signIn, { ...fields, ...of }, storage).run(POLL, EVENTS, meta);
    await poll(tokens, { isPopulatingDedupe: true });
    const uuids = await org.append(3, TYPE);
    await org.fault({ kind: 'status', status: 401, body: {} }, { path: '/api/v1/logs', times: 1 });
    expect(await nameOf(poll(tokens))).toBe('RefreshAuthError');
    const renewed = await zapierWith(apps.signIn, { ...fields, ...tokens }).run(
      'authentication.oauth2Config.refreshAccessToken',
    );
    uuids.push(...(await org.append(2, TYPE)));
    expect(idsOf(await poll(renewed)).toReversed()).toEqual(uuids);
  });

  it('asks the person to connect again once the sign-in cannot be renewed', async () => {
    const { fields, tokens } = await zapierSignIn(apps.signIn, org.sandbox, SCOPES);
    const ended = zapierWith(apps.signIn, { ...fields, ...tokens, refresh_token: 'ended' });
    expect(await nameOf(ended.run('authentication.oauth2Config.refreshAccessToken'))).toBe(
      'ExpiredAuthError',
    );
  });
});

describe('L2 a rate limit with a long wait', () => {
  it.each(RUNS)('has %s wait in Zapier', async (_, method, input, meta) => {
    const { fields, tokens } = await zapierSignIn(apps.signIn, org.sandbox, SCOPES);
    await throttled();
    const begun = Date.now();
    const error = await zapierWith(apps.signIn, { ...fields, ...tokens }, storage)
      .run(method, input, meta)
      .catch((one: Error) => one);
    expect(error).toMatchObject({ name: 'ThrottledError' });
    expect(JSON.parse(error.message).delay).toBeGreaterThan(500);
    expect(Date.now() - begun).toBeLessThan(10_000);
  });

  it('loses nothing: the next poll has what came meanwhile', async () => {
    const { fields, tokens } = await zapierSignIn(apps.signIn, org.sandbox, SCOPES);
    const poll = (meta = {}) =>
      zapierWith(apps.signIn, { ...fields, ...tokens }, storage).run(POLL, EVENTS, meta);
    await poll({ isPopulatingDedupe: true });
    const uuids = await org.append(450, TYPE);
    // In the middle of what is read.
    await org.fault({ kind: 'rate_limit', resetInSeconds: 15 }, { path: '/api/v1/logs', times: 1, after: 1 });
    expect(await nameOf(poll())).toBe('ThrottledError');
    uuids.push(...(await org.append(1, TYPE)));
    let read: { id: string }[] = [];
    const again = () =>
      nameOf(
        poll().then((items) => {
          read = items;
        }),
      );
    await expect.poll(again, { timeout: 25_000, interval: 2_000 }).toBe('no error: undefined');
    expect(idsOf(read).toReversed()).toEqual(uuids);
  }, 40_000);

  it.each([
    ['the sign-in ends', { kind: 'status', status: 401, body: {} }],
    ['the limit is reached', { kind: 'rate_limit', resetInSeconds: 600 }],
  ] as const)('does not repeat what is half done and cannot be repeated when %s', async (_, fault) => {
    const action = zapierWith(apps.keys, byToken(), storage);
    const { body: group } = await org.post('/api/v1/groups', { profile: { name: 'Half done' } });
    await org.fault(fault, { method: 'POST', path: '/lifecycle/activate', times: 10 });
    const text = await nameOf(
      action.run('creates.create_group_rule.operation.perform', {
        ...{ name: 'Half done', expression: 'user.department=="Sales"' },
        ...{ groupIds: [group.id], activate: true },
      }),
    );
    expect(text).toContain('Done so far: created');
  });
});
