import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Client } from '../../src/client.ts';
import { connect } from '../../src/connect.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';

let sandbox: Sandbox;
let client: Client;

beforeAll(async () => {
  sandbox = await startSandbox();
  client = connect({ orgUrl: sandbox.orgUrl, auth: { type: 'api_token', token: sandbox.apiToken } });
  for (let at = 0; at < 60; at += 1) {
    const login = `many${at}@acme.test`;
    const profile = { login, email: login, firstName: 'Many', lastName: `O"Neil ${at}` };
    await client.run('call_api', { method: 'POST', path: '/api/v1/users', body: { profile } });
  }
});
afterAll(async () => {
  client.close();
  await sandbox.close();
});

it.each(['many', 'Many', 'MANY5', 'O"Neil', 'o"neil 5'])(
  'a search for %s finds all, page by page',
  async (search) => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await client.options('users', { search, cursor });
      seen.push(...page.items.map((item) => item.value));
      cursor = page.cursor;
    } while (cursor);
    expect(seen).toHaveLength(search.includes('5') ? 11 : 60);
    expect(new Set(seen).size).toBe(seen.length);
  },
);

it('what is typed stays a value', async () => {
  expect((await client.options('users', { search: 'x" or id pr or profile.login sw "' })).items).toEqual([]);
});
