import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { version } from 'zapier-platform-core';
import { zapierApp } from '../../../src/hosts/zapier/app.ts';
import { keysAuthentication } from '../../../src/hosts/zapier/keys-authentication.ts';
import { CLEAR_KEY, CONFIRM_KEY } from '../../../src/hosts/zapier/names.ts';
import { createResult, searchResults } from '../../../src/hosts/zapier/results.ts';
import { signInAuthentication } from '../../../src/hosts/zapier/sign-in-authentication.ts';
import { zapierInput } from '../../../src/hosts/zapier/values.ts';
import { manifest } from '../../../src/manifest/manifest.ts';
import { useOrg } from '../../triggers/support.ts';
import { type ZapierStorage, zapierStorage, zapierWith } from './core.ts';
import { zapierSignIn } from './sign-in.ts';

const org = useOrg();
const keys = zapierApp(manifest(), keysAuthentication, version);
const byToken = () => ({ orgUrl: org.sandbox.orgUrl, method: 'api_token', token: org.sandbox.apiToken });
const actionOf = (key: string) => manifest().actions.find((one) => one.key === key)!;
type Listed = { id: string }[];
const idsOf = (items: Listed) => items.map(({ id }) => id);

let storage: ZapierStorage;
let zapier: ReturnType<typeof zapierWith>;
beforeEach(async () => {
  storage = await zapierStorage();
  zapier = zapierWith(keys, byToken(), storage);
});
afterEach(() => storage.close());

describe('L2 a poll delivers all since the last one', () => {
  const poll = (meta = {}, inputData = {}) =>
    zapier.run(
      'triggers.new_event.operation.perform',
      { eventTypes: ['user.session.start'], ...inputData },
      meta,
    );
  const append = (count: number) => org.append(count, 'user.session.start');

  it('nothing of before, when the Zap is switched on: Zapier gets the ids to know them', async () => {
    const before = await append(3);
    const noted = await poll({ isPopulatingDedupe: true });
    expect(
      idsOf(noted)
        .filter((id) => before.includes(id))
        .toSorted(),
    ).toEqual(before.toSorted());
    expect(Object.keys(noted[0])).toEqual(['id']);
    expect(await poll()).toEqual([]);
  });

  it('each item, newest first, and once more in the next poll, as the answer may have been lost', async () => {
    await poll({ isPopulatingDedupe: true });
    const first = await append(2);
    expect(idsOf(await poll()).toReversed()).toEqual(first);
    const second = await append(3);
    expect(idsOf(await poll()).toReversed()).toEqual([...first, ...second]);
    expect(idsOf(await poll()).toReversed()).toEqual(second);
    expect(await poll()).toEqual([]);
  });

  it('more than one poll takes: the next one has the others', async () => {
    await poll({ isPopulatingDedupe: true });
    const all = await append(1_300);
    const first = idsOf(await poll());
    expect(first.length).toBe(1_000);
    const both = new Set([...first, ...idsOf(await poll())]);
    expect(all.filter((id) => !both.has(id))).toEqual([]);
  }, 60_000);

  it('the last 24 hours, when Zapier forgot the position', async () => {
    await poll({ isPopulatingDedupe: true });
    const missed = await append(2);
    storage.cursors.clear();
    expect(idsOf(await poll())).toEqual(expect.arrayContaining(missed));
    const later = await append(1);
    expect(idsOf(await poll())).toEqual(expect.arrayContaining([...missed, ...later]));
  });

  it('again from 24 hours ago, when the form was changed or the position is damaged', async () => {
    await poll({ isPopulatingDedupe: true });
    const missed = await append(1);
    expect(idsOf(await poll({}, { outcome: 'SUCCESS' }))).toEqual(expect.any(Array));
    for (const key of storage.cursors.keys()) storage.cursors.set(key, '{');
    expect(idsOf(await poll())).toEqual(expect.arrayContaining(missed));
  });

  it('the same position after a failure', async () => {
    await poll({ isPopulatingDedupe: true });
    const ids = await append(2);
    await org.fault(
      { kind: 'status', status: 403, body: { errorCode: 'E0000006', errorSummary: 'no' } },
      { path: '/api/v1/logs', times: 1 },
    );
    await expect(poll()).rejects.toThrow(/403|permission|not allowed|may not/i);
    expect(idsOf(await poll()).toReversed()).toEqual(ids);
  });

  it('a few recent ones while the Zap is being built', async () => {
    await append(5);
    expect(idsOf(await poll({ isLoadingSample: true })).length).toBe(3);
  });
});

describe('L2 drop-downs', () => {
  it('are read page by page', async () => {
    const perform = 'triggers.event_types_options.operation.perform';
    const pages: string[] = [];
    for (let page = 0; ; page += 1) {
      const items: Listed = await zapier.run(perform, {}, { page, isFillingDynamicDropdown: true });
      if (items.length === 0) break;
      pages.push(...idsOf(items));
    }
    expect(new Set(pages).size).toBe(pages.length);
    expect(pages).toContain('user.session.start');
    expect(pages.length).toBeGreaterThan(500);
  });

  it('have the attributes of the org as fields, with what they need to be converted', async () => {
    const fields = await zapier.run('creates.create_user.operation.inputFields');
    const login = fields.find(({ key }: { key: string }) => key === 'profile__login');
    expect(login).toMatchObject({ required: true, meta: { kind: 'string' } });
    const updates = await zapier.run('creates.update_user.operation.inputFields');
    expect(updates.find(({ key }: { key: string }) => key === 'profile__login')).toMatchObject({
      required: false,
    });
  });
});

describe('L2 values of a form', () => {
  const inputOf = (key: string, inputData: Record<string, unknown>, inputFields = {}) =>
    zapierInput(actionOf(key), { inputData, meta: { inputFields } } as never);

  it('become the types of the input; what is empty is left out', () => {
    expect(
      inputOf('create_user', {
        profile__login: 'a@b.test',
        profile__city: '',
        activate: 'false',
        groupIds: [],
      }),
    ).toEqual({ profile: { login: 'a@b.test' }, activate: false });
    expect(inputOf('search_users', { limit: '5', quickSearch: 'ana' })).toEqual({
      limit: 5,
      quickSearch: 'ana',
    });
    expect(inputOf('create_user', { groupIds: 'a, b' })).toEqual({ groupIds: ['a', 'b'] });
  });

  it('attributes by the type that the form had; JSON beside them can clear', () => {
    const metas = { profile__age: { kind: 'integer' }, profile__tags: { kind: 'list' } };
    expect(
      inputOf(
        'update_user',
        { userId: 'u', profile: '{"city":null,"age":1}', profile__age: '7', profile__tags: 'a,b' },
        metas,
      ),
    ).toEqual({ userId: 'u', profile: { city: null, age: 7, tags: ['a', 'b'] } });
  });

  it('clears what people choose, if Okta can', () => {
    const nullable = keys.creates.update_group?.operation.inputFields.find(
      (one) => 'key' in one && one.key === CLEAR_KEY,
    );
    if (nullable && 'choices' in nullable) {
      const [first] = nullable.choices ?? [];
      expect(
        JSON.stringify(inputOf('update_group', { groupId: 'g', [CLEAR_KEY]: [first?.value, 'groupId'] })),
      ).toContain('null');
    }
    expect(inputOf('update_group', { groupId: 'g', [CLEAR_KEY]: ['groupId'] })).toEqual({ groupId: 'g' });
  });
});

describe('L2 results', () => {
  it('of a search have an id; what is not found is no result', () => {
    expect(searchResults(actionOf('find_user'), { found: false, several: false, userIds: [] })).toEqual([]);
    const [user] = searchResults(actionOf('find_user'), { found: true, user: { id: '00u1' } });
    expect(user?.id).toBe('00u1');
    const why = { isMember: true };
    expect(searchResults(actionOf('why_is_member'), why)).toEqual(
      searchResults(actionOf('why_is_member'), { ...why }),
    );
  });

  it('of an action that is done are shortened, not refused', () => {
    expect(createResult(actionOf('call_api'), { status: 200, body: 'x'.repeat(6_000_000) })).toEqual({
      status: 200,
      shortened: true,
    });
  });

  it('of a search that are larger than Zapier takes are refused in words', async () => {
    const client = { ipAddress: '198.51.100.7' };
    const debugContext = { debugData: { note: 'x'.repeat(20_000) } };
    await org.append(300, 'user.session.start', { client, debugContext });
    const perform = 'searches.list_logons_by_ip.operation.perform';
    const narrow = { ipAddress: client.ipAddress, limit: '5' };
    expect(await zapier.run(perform, narrow)).toHaveLength(5);
    const error = await zapier.run(perform, { ...narrow, limit: '300' }).catch((one: Error) => one);
    expect(error.message).toContain('larger than the 5.5 MB that Zapier takes');
    expect(error.message).toContain('a lower limit, or a narrower filter');
  });

  it('of an object that is not there: none', async () => {
    const get = 'searches.get_user.operation.perform';
    expect(await zapier.run(get, { userId: '00unobody00000000000' })).toEqual([]);
  });
});

describe('L2 errors as Zapier acts on them', () => {
  const get = 'searches.search_users.operation.perform';

  it('a refused token: ExpiredAuthError, and RefreshAuthError for a sign-in', async () => {
    const wrong = zapierWith(keys, { ...byToken(), token: '00abcdefghijklmnopqrstuvwxyz0123456789wron' });
    const error = await wrong.run(get, { limit: '1' }).catch((one: Error) => one);
    expect(error.name).toBe('ExpiredAuthError');
    const { clientId } = org.sandbox.nativeApp;
    const scopes = 'okta.users.read';
    const ended = zapierWith(zapierApp(manifest(), signInAuthentication, version), {
      ...{ orgUrl: org.sandbox.orgUrl, clientId, scopes, access_token: 'ended' },
    });
    const again = await ended.run(get, { limit: '1' }).catch((one: Error) => one);
    expect(again.name).toBe('RefreshAuthError');
  });

  it('what is destructive and not confirmed sends nothing', async () => {
    const error = await zapier
      .run('creates.delete_group.operation.perform', { groupId: 'Everyone' })
      .catch((one: Error) => one);
    expect(JSON.parse(error.message)).toMatchObject({ code: 'invalid_input' });
    expect(await org.asked('/api/v1/groups')).toEqual([]);
    const confirmed = { groupId: 'no such group', [CONFIRM_KEY]: true };
    await expect(zapier.run('creates.delete_group.operation.perform', confirmed)).rejects.toThrow('No group');
  });

  it('neither an error nor the log of Zapier has a secret', async () => {
    const token = '00abcdefghijklmnopqrstuvwxyz0123456789secr';
    const error = await zapierWith(keys, { ...byToken(), token }, storage)
      .run(get, { limit: '1' })
      .catch((one: Error) => one);
    expect(`${error.message} ${error.stack}`).not.toContain(token);
    await zapier.run(get, { limit: '1' });
    expect(storage.log.length).toBeGreaterThan(0);
    expect(storage.log.join()).not.toContain(token);
    expect(storage.log.join()).not.toContain(org.sandbox.apiToken);
    expect(storage.log.join()).not.toContain('request_headers');
  });
});

describe('L2 three ways to connect', () => {
  it('an API token', async () => {
    const { label } = await zapier.run('authentication.test');
    expect(label).toBe(`${new URL(org.sandbox.orgUrl).host} as ${org.sandbox.admin.login}`);
  });

  it.each(['one line', 'many lines'])('a private key, pasted into %s', async (how) => {
    const { clientId, privateKey, keyId } = org.sandbox.dpopServiceApp;
    const text = typeof privateKey === 'string' ? privateKey : JSON.stringify(privateKey);
    const data = {
      ...{ orgUrl: org.sandbox.orgUrl, method: 'client_credentials', clientId, keyId },
      ...{ privateKey: how === 'one line' ? text.replaceAll('\n', ' ') : text, scopes: 'okta.users.read' },
    };
    const { label } = await zapierWith(keys, data).run('authentication.test');
    expect(label).toContain(clientId);
  });

  it('says what is missing', async () => {
    const empty = zapierWith(keys, { orgUrl: org.sandbox.orgUrl });
    await expect(empty.run('authentication.test')).rejects.toThrow('How to connect');
  });

  it('a sign-in with PKCE, whose tokens Zapier keeps and renews', async () => {
    const app = zapierApp(manifest(), signInAuthentication, version);
    const { fields, tokens } = await zapierSignIn(app, org.sandbox, 'okta.users.read');
    expect(tokens).toMatchObject({ access_token: expect.any(String), refresh_token: expect.any(String) });

    const { label } = await zapierWith(app, { ...fields, ...tokens }).run('authentication.test');
    expect(label).toContain(org.sandbox.admin.login);
    const renewed = await zapierWith(app, { ...fields, ...tokens }).run(
      'authentication.oauth2Config.refreshAccessToken',
    );
    expect(renewed.access_token).not.toBe(tokens.access_token);
    const users = await zapierWith(app, { ...fields, ...renewed }).run(
      'searches.search_users.operation.perform',
      { limit: '1' },
    );
    expect(users).toHaveLength(1);
  });
});

// Last, as the client of the account remembers that its budget is used up.
describe('L2 a rate limit', () => {
  it('is a ThrottledError with the seconds to wait', async () => {
    const reset = Math.floor(Date.now() / 1000) + 40;
    await org.fault(
      {
        ...{ kind: 'status', status: 429, body: { errorCode: 'E0000047', errorSummary: 'slow down' } },
        headers: {
          'x-rate-limit-limit': '10',
          'x-rate-limit-remaining': '0',
          'x-rate-limit-reset': String(reset),
        },
      },
      { path: '/api/v1/users', times: 5 },
    );
    const error = await zapier
      .run('searches.search_users.operation.perform', { limit: '1' })
      .catch((one: Error) => one);
    expect(error.name).toBe('ThrottledError');
    expect(JSON.parse(error.message).delay).toBeGreaterThan(20);
  });
});
