import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveHttp } from '../../../src/cli/http-server.ts';
import { connect } from '../../../src/connect.ts';
import { type McpHttp, serveMcpHttp } from '../../../src/hosts/mcp/http.ts';
import { openMcp } from '../../../src/hosts/mcp/server.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';
import { called, clientOf, connectionOf, ERAS, type Era, type Opening, yes } from './support.ts';

const KEY = 'a-key-of-this-server';
const GROUPS = 45;
const LIST = { quickSearch: 'Session ' };

let sandbox: Sandbox;
let okta: ReturnType<typeof connect>;
let url: string;
const stops: (() => unknown)[] = [];

beforeAll(async () => {
  sandbox = await startSandbox();
  okta = connect(connectionOf(sandbox));
  for (let n = 0; n < GROUPS; n += 1)
    await okta.run('create_group', { profile: { name: `Session ${String(n).padStart(2, '0')}` } });
  const mcp = openMcp(okta, { remote: true });
  const late: { service?: McpHttp } = {};
  const server = await serveHttp((request) => late.service?.fetch(request) ?? Response.error(), {
    ...{ port: 0, host: '127.0.0.1' },
  });
  late.service = await serveMcpHttp(mcp, { publicUrl: server.url, signIn: { key: KEY } });
  url = `${server.url}/mcp`;
  stops.push(
    () => late.service?.close(),
    () => server.stop(),
    () => mcp.close(),
    () => okta.close(),
    () => sandbox.close(),
  );
});
afterAll(async () => {
  for (const stop of stops) await stop();
});

const headers = { authorization: `Bearer ${KEY}` };

async function session(era: Era, opening: Opening = {}) {
  const { client, asked } = clientOf({ era, ...opening });
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  return { client, asked, end: () => client.close() };
}
type Session = Awaited<ReturnType<typeof session>>;

const page = async ({ client }: Session, limit: number, cursor?: string) => {
  const { answer } = await called(client, 'list_groups', { ...LIST, limit, ...(cursor ? { cursor } : {}) });
  const items = answer.items as { profile: { name: string } }[];
  return { names: items.map(({ profile }) => profile.name), next: answer.next as string | undefined };
};

const faults = (fault: object, times: number) =>
  fetch(`${sandbox.orgUrl}/__sandbox__/faults`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
    body: JSON.stringify({ method: 'GET', path: '/api/v1/groups', times, fault }),
  });

/** How often Okta was asked for groups. */
const asked = async () => {
  const answer = await fetch(`${sandbox.orgUrl}/__sandbox__/requests?method=GET`);
  const { requests } = (await answer.json()) as { requests: { path: string }[] };
  return requests.filter(({ path }) => path === '/api/v1/groups').length;
};

describe.each(ERAS)('L1 two sessions over HTTP at once, %s', (era) => {
  it('each reads its own list to the end, also one that both ask for, and one whose cursor both have', async () => {
    const [one, two] = [await session(era), await session(era)];
    const read = async (by: Session, limit: number) => {
      const all: string[] = [];
      let cursor: string | undefined;
      do {
        const { names, next } = await page(by, limit, cursor);
        all.push(...names);
        cursor = next;
      } while (cursor);
      return all;
    };
    const [a, b] = await Promise.all([read(one, 7), read(two, 11)]);
    expect(new Set(a).size).toBe(GROUPS);
    expect([a.length, b]).toEqual([GROUPS, a]);
    const { next } = await page(one, 10);
    const both = await Promise.all([page(one, 10, next), page(two, 10, next)]);
    expect(both.map(({ names }) => names)).toEqual([a.slice(10, 20), a.slice(10, 20)]);
    await one.end();
    await two.end();
  });

  it('one that cancels, or goes away, ends its own reading and no other', async () => {
    const [one, two] = [await session(era), await session(era)];
    const { next } = await page(two, 5);
    await faults({ kind: 'rate_limit', resetInSeconds: 2 }, 1);
    const before = await asked();
    const cancel = new AbortController();
    const read = one.client.callTool({ name: 'list_groups', arguments: LIST }, { signal: cancel.signal });
    const other = page(two, 5, next);
    setTimeout(() => cancel.abort(new Error('stopped by the user')), 300);
    await expect(read).rejects.toThrow();
    expect((await other).names).toHaveLength(5);
    await one.end();
    // It would be sent again after the wait.
    await new Promise((resolve) => setTimeout(resolve, 3_500));
    expect((await asked()) - before).toBe(1);
    expect((await page(two, 50)).names).toHaveLength(GROUPS);
    await two.end();
  });

  it('a cancellation counts for the session that sends it: others have requests of the same number', async () => {
    await faults({ kind: 'rate_limit', resetInSeconds: 3 }, 1);
    const post = (body: object) =>
      fetch(url, {
        ...{ method: 'POST', body: JSON.stringify({ jsonrpc: '2.0', ...body }) },
        headers: {
          ...headers,
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
        },
      });
    const params = { name: 'list_groups', arguments: { ...LIST, limit: 1 } };
    const read = post({ id: 1, method: 'tools/call', params });
    await post({ method: 'notifications/cancelled', params: { requestId: 1, reason: 'another session' } });
    expect(await (await read).text()).toContain('Session 00');
  });
});

describe('L1 two users who are asked at once over HTTP', () => {
  it('each decides about what was asked of them alone', async () => {
    const groups = await Promise.all(
      ['kept', 'gone'].map((name) => okta.run('create_group', { profile: { name: `Asked ${name}` } })),
    );
    const [kept = '', gone = ''] = (groups as { id: string }[]).map(({ id }) => id);
    const no = await session('auto', { answer: () => ({ action: 'decline' }) });
    const agrees = await session('auto', { answer: yes });
    const [refused, done] = await Promise.all([
      called(no.client, 'delete_group', { groupId: kept }),
      called(agrees.client, 'delete_group', { groupId: gone }),
    ]);
    expect([refused.isError, done.isError]).toEqual([true, false]);
    expect([no.asked, agrees.asked]).toMatchObject([
      [expect.stringContaining(kept)],
      [expect.stringContaining(gone)],
    ]);
    expect(await okta.run('get_group', { groupId: kept })).toMatchObject({ id: kept });
    await no.end();
    await agrees.end();
  });

  it('an answer counts for one question: neither for another object nor twice', async () => {
    const groups = await Promise.all(
      ['first', 'second'].map((name) => okta.run('create_group', { profile: { name: `Once ${name}` } })),
    );
    const [first = '', second = ''] = (groups as { id: string }[]).map(({ id }) => id);
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 't', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } },
    };
    const send = async (groupId: string, more: object = {}) => {
      const params = { name: 'delete_group', arguments: { groupId }, _meta, ...more };
      const response = await fetch(url, {
        ...{ method: 'POST', body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }) },
        headers: {
          ...{ ...headers, 'content-type': 'application/json' },
          ...{ accept: 'application/json, text/event-stream', 'mcp-protocol-version': '2026-07-28' },
          ...{ 'mcp-method': 'tools/call', 'mcp-name': 'delete_group' },
        },
      });
      const text = await response.text();
      return JSON.parse(/\{.*\}/.exec(text)?.[0] ?? '{}').result;
    };
    const { requestState } = await send(first);
    expect(requestState).toEqual(expect.any(String));
    const inputResponses = { confirm: { action: 'accept', content: { confirm: true } } };
    expect((await send(second, { requestState, inputResponses })).isError).toBe(true);
    const both = await Promise.all([
      send(first, { requestState, inputResponses }),
      send(first, { requestState, inputResponses }),
    ]);
    expect(both.map(({ isError = false }) => isError).sort()).toEqual([false, true]);
    expect(await okta.run('get_group', { groupId: second })).toMatchObject({ id: second });
  });
});
