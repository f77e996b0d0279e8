/** The contestants, and how each of them performs the same tasks. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { library } from './built.ts';

/** The same four tasks for every contestant. Lists return the number of their items. */
export interface Contestant {
  getUser(): Promise<unknown>;
  /** Checks whether the user is already a member, which is needed to tell a change from a no-op; then adds the user. */
  addUserToGroup(): Promise<unknown>;
  exportUsers(): Promise<number>;
  readLog(total: number): Promise<number>;
  /** Delivers each event once, across runs and restarts: only the connector can do this. */
  followLog?(): Promise<number>;
}

export const IN_FLIGHT = 20;
const userId = '00u1bench000000000000';
const groupId = '00g1bench000000000000';

async function connector(orgUrl: string): Promise<Contestant> {
  const { connect } = await library();
  const client = connect({ orgUrl, auth: { type: 'api_token', token: 'bench' } }, { concurrency: IN_FLIGHT });
  return {
    getUser: () => client.run('get_user', { userId }),
    addUserToGroup: () => client.run('add_user_to_group', { userId, groupId }),
    async exportUsers() {
      let count = 0;
      for await (const _ of client.stream('search_users', {})) count += 1;
      return count;
    },
    async readLog() {
      let count = 0;
      const input = { ipAddress: '203.0.113.9', since: '2026-02-01T00:00:00Z' };
      for await (const _ of client.stream('list_logons_by_ip', input)) count += 1;
      return count;
    },
    async followLog() {
      const state = join(mkdtempSync(join(tmpdir(), 'bench-')), 'state.json');
      let count = 0;
      for await (const _ of client.poll('new_event', { since: '2026-02-01T00:00:00Z' }, { state }))
        count += 1;
      return count;
    },
  };
}

async function sdk(orgUrl: string): Promise<Contestant> {
  // biome-ignore lint/suspicious/noExplicitAny: the SDK's types do not know the testing option
  const okta = (await import('@okta/okta-sdk-nodejs')) as any;
  const client = new okta.Client({ orgUrl, token: 'bench', testing: { disableHttpsCheck: true } });
  async function readLog(total: number) {
    let count = 0;
    const log = await client.systemLogApi.listLogEvents({ since: new Date('2026-02-01'), limit: 1000 });
    // The log always has a next link: code that uses the SDK has to stop by itself.
    await log.each(() => {
      count += 1;
      return count < total ? undefined : false;
    });
    return count;
  }
  return {
    getUser: () => client.userApi.getUser({ userId }),
    async addUserToGroup() {
      let isMember = false;
      const groups = await client.userApi.listUserGroups({ userId });
      await groups.each((group: { id: string }) => {
        isMember ||= group.id === groupId;
      });
      if (!isMember) await client.groupApi.assignUserToGroup({ userId, groupId });
    },
    async exportUsers() {
      let count = 0;
      const users = await client.userApi.listUsers({ limit: 200 });
      await users.each(() => {
        count += 1;
      });
      return count;
    },
    readLog,
  };
}

/** The baseline: the cost of Node and its fastest HTTP client without anything around them. */
async function bare(orgUrl: string): Promise<Contestant> {
  const { Pool } = await import('undici');
  const pool = new Pool(orgUrl, { connections: IN_FLIGHT });
  const headers = { accept: 'application/json', authorization: 'SSWS bench' };
  async function pages(first: string) {
    let count = 0;
    for (let path: string | undefined = first; path !== undefined; ) {
      const answer: Awaited<ReturnType<typeof pool.request>> = await pool.request({
        path,
        method: 'GET',
        headers,
      });
      const page = (await answer.body.json()) as unknown[];
      count += page.length;
      const link = [answer.headers.link].flat().join(', ');
      const next = /<([^>]+)>; rel="next"/.exec(link)?.[1];
      path = next !== undefined && page.length > 0 ? next.slice(orgUrl.length) : undefined;
    }
    return count;
  }
  return {
    async getUser() {
      const { body } = await pool.request({ path: `/api/v1/users/${userId}`, method: 'GET', headers });
      return body.json();
    },
    async addUserToGroup() {
      const read = await pool.request({ path: `/api/v1/users/${userId}/groups`, method: 'GET', headers });
      const groups = (await read.body.json()) as { id: string }[];
      if (groups.some(({ id }) => id === groupId)) return;
      const path = `/api/v1/groups/${groupId}/users/${userId}`;
      const { body } = await pool.request({ path, method: 'PUT', headers });
      await body.dump();
    },
    exportUsers: () => pages('/api/v1/users?limit=200'),
    readLog: () => pages('/api/v1/logs?limit=1000'),
  };
}

export const contestants = { connector, sdk, bare };
export const titles: Record<keyof typeof contestants, string> = {
  connector: 'okta-connector',
  sdk: '@okta/okta-sdk-nodejs',
  bare: 'undici alone (the floor)',
};
