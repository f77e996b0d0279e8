import { describe, expect, it } from 'vitest';
import type { Connection } from '../../src/auth/connection.ts';
import { connect } from '../../src/connect.ts';
import { useFolder } from '../state/support.ts';
import { entriesOf } from '../support/state-file.ts';
import { useOrg } from './support.ts';

const org = useOrg();
const path = useFolder();

/** A client with an API token of its own. The sandbox has one token: it is put in when a request is sent. */
const withToken = (token: string, options: { budget?: string; maxWaitMs?: number } = {}) =>
  connect(
    { orgUrl: org.sandbox.orgUrl, auth: { type: 'api_token', token } },
    {
      ...options,
      transport: async ({ url, method, headers, body }) => {
        const given = Object.entries(headers).map(([name, value]): [string, string] =>
          name.toLowerCase() === 'authorization' ? [name, `SSWS ${org.sandbox.apiToken}`] : [name, value],
        );
        const response = await fetch(url, { method, headers: given, body });
        return {
          status: response.status,
          headers: Object.fromEntries(response.headers),
          text: await response.text(),
        };
      },
    },
  );

const withApp = (more: object = {}) => {
  const { clientId, privateKey, keyId } = org.sandbox.serviceApp;
  const scopes = ['okta.logs.read'];
  const auth = { type: 'client_credentials', clientId, privateKey, keyId, scopes, ...more };
  return connect({ orgUrl: org.sandbox.orgUrl, auth } as Connection);
};

const pollIds = async (client: ReturnType<typeof connect>, state: string) => {
  const ids: string[] = [];
  const input = { eventTypes: ['user.session.start'] };
  for await (const { id } of client.poll('new_event', input, { state })) ids.push(id);
  return ids;
};

describe('F2 two credentials on one state file', () => {
  it('each get all events', async () => {
    const state = path('two.json');
    const clients = [withToken('one'), withToken('two'), withApp()];
    for (const client of clients) expect(await pollIds(client, state)).toEqual([]);
    for (let round = 0; round < 3; round += 1) {
      const ids = await org.append(3);
      for (const client of clients) expect(await pollIds(client, state)).toEqual(ids);
    }
    const both = await org.append(2);
    const found = await Promise.all(clients.map((client) => pollIds(client, state)));
    expect(found).toEqual([both, both, both]);
    expect(Object.keys(entriesOf(state)).join()).not.toMatch(/ (one|two)(,|$)/);
  });

  it('a rotated token continues without loss or repeat', async () => {
    const state = path('rotated.json');
    await pollIds(withToken('old'), state);
    const before = await org.append(3);
    expect(await pollIds(withToken('old'), state)).toEqual(before);
    const after = await org.append(3);
    expect(await pollIds(withToken('new'), state)).toEqual(after);
    expect(await pollIds(withToken('new'), state)).toEqual([]);
    const last = await org.append(1);
    expect(await pollIds(withToken('newest'), state)).toEqual(last);
  });

  it('an app whose key is rotated has the same record', async () => {
    const state = path('key.json');
    await pollIds(withApp(), state);
    const ids = await org.append(2);
    expect(await pollIds(withApp({ keyId: undefined }), state)).toEqual(ids);
    // One record and the pointer.
    expect(Object.keys(entriesOf(state))).toHaveLength(2);
  });
});

describe('F2 two credentials on one budget file', () => {
  const users = '/api/v1/users';

  it('do not count each other; one of them in two processes does', async () => {
    await org.control('PUT', '/limits', { [users]: 10 });
    const options = { budget: path('budget.json'), maxWaitMs: 1 };
    const search = (client: ReturnType<typeof connect>) => client.run('search_users', { limit: 1 });
    const first = withToken('one', options);
    for (let count = 0; count < 8; count += 1) await search(first);
    await expect(search(withToken('one', options))).rejects.toMatchObject({ code: 'rate_limited' });
    // Okta counts the other token by itself; the sandbox counts all together, so it gets room.
    await org.control('PUT', '/limits', { [users]: 100 });
    await search(withToken('two', options));
    const keys = Object.keys(entriesOf(options.budget));
    expect(keys).toHaveLength(2);
    expect(keys.join()).not.toMatch(/ (one|two)(,|$)/);
  });
});
