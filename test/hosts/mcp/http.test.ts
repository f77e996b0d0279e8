import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveHttp } from '../../../src/cli/http-server.ts';
import { connect } from '../../../src/connect.ts';
import { serveMcpHttp } from '../../../src/hosts/mcp/http.ts';
import { openMcp } from '../../../src/hosts/mcp/server.ts';
import { manifest } from '../../../src/manifest/manifest.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';
import { called, clientOf, connectionOf, ERAS, type Opening, yes } from './support.ts';

const KEY = 'a-key-of-this-server';
const AUDIENCE = 'api://okta-mcp';

type Served = { url: string; stop(): Promise<void> };

let sandbox: Sandbox;
let okta: ReturnType<typeof connect>;
let byKey: Served;
let byToken: Served;
let issuer: Served;
let keys: Awaited<ReturnType<typeof generateKeyPair>>;
const stops: (() => unknown)[] = [];
/** Working on the manifest for each request would cost more than the request. */
let manifestReads = 0;

beforeAll(async () => {
  sandbox = await startSandbox();
  okta = connect(connectionOf(sandbox));
  keys = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'RS256' };
  issuer = await serveHttp(
    (request) => {
      const { pathname } = new URL(request.url);
      if (pathname === '/keys') return Response.json({ keys: [jwk] });
      if (!pathname.endsWith('/.well-known/oauth-authorization-server'))
        return new Response(undefined, { status: 404 });
      const of = (path: string) => `${issuer.url}${path}`;
      return Response.json({
        issuer: issuer.url,
        jwks_uri: of('/keys'),
        authorization_endpoint: of('/a'),
        token_endpoint: of('/t'),
        response_types_supported: ['code'],
      });
    },
    { port: 0, host: '127.0.0.1' },
  );
  byKey = await served({ key: KEY });
  byToken = await served({ issuer: issuer.url, audience: AUDIENCE });
  stops.push(
    () => issuer.stop(),
    () => okta.close(),
    () => sandbox.close(),
  );
});
afterAll(async () => {
  for (const stop of stops) await stop();
});

async function served(signIn: { key: string } | { issuer: string; audience: string }): Promise<Served> {
  const counted = new Proxy(manifest(), {
    get(target, name, receiver) {
      manifestReads += 1;
      return Reflect.get(target, name, receiver);
    },
  });
  const mcp = openMcp(okta, { remote: true }, counted);
  const late: { fetch?: (request: Request) => Promise<Response> } = {};
  const server = await serveHttp(
    (request) => late.fetch?.(request) ?? new Response(undefined, { status: 503 }),
    { port: 0, host: '127.0.0.1' },
  );
  const service = await serveMcpHttp(mcp, { publicUrl: server.url, signIn });
  late.fetch = service.fetch;
  stops.push(
    () => service.close(),
    () => server.stop(),
  );
  return server;
}

const tokenFor = (
  claims: Record<string, unknown> = {},
  { audience = AUDIENCE, of = issuer.url, expires = '5m' } = {},
) =>
  new SignJWT({ scp: ['mcp:read'], cid: '0oa1', ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
    .setIssuer(of)
    .setAudience(audience)
    .setSubject('ana@acme.test')
    .setIssuedAt()
    .setExpirationTime(expires)
    .sign(keys.privateKey);

async function clientAt(url: string, token: string, opening: Opening = {}) {
  const { client, asked } = clientOf(opening);
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
  return { client, asked };
}

const call = (name: string, args: object = {}, id = 1) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: args },
});

const post = (url: string, token: string | undefined, body: unknown, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      ...{ 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

describe.each(ERAS)('L1 over HTTP, %s', (era) => {
  it('runs tools with a key; mcp-field 21: with and without a slash, and never a redirect', async () => {
    for (const path of ['/mcp', '/mcp/']) {
      const { client } = await clientAt(byKey.url + path, KEY, { era });
      expect((await client.listTools()).tools.length).toBeGreaterThan(100);
      const { answer } = await called(client, 'get_user', { userId: 'ada.haddad2@sandbox.example' });
      expect(answer.result.profile.login).toBe('ada.haddad2@sandbox.example');
      await client.close();
    }
    expect((await post(`${byKey.url}/mcp/`, KEY, call('get_user'))).status).toBe(200);
  });

  it('asks before what cannot be undone where the protocol can, and hides it where it cannot', async () => {
    const { client, asked } = await clientAt(`${byKey.url}/mcp`, KEY, { era, answer: yes });
    const { id } = (await called(client, 'create_group', { profile: { name: `Http ${era}` } })).answer.result;
    const names = (await client.listTools()).tools.map(({ name }) => name);
    const gone = await called(client, 'delete_group', { groupId: id });
    const can = era === 'auto';
    expect([names.includes('delete_group'), gone.isError, asked.length]).toEqual([can, !can, can ? 1 : 0]);
    await client.close();
  });
});

describe('L1 who may come in over HTTP', () => {
  it('nobody without the key, from another origin or for another host', async () => {
    const body = call('get_user', { userId: 'ada.haddad2@sandbox.example' });
    expect((await post(`${byKey.url}/mcp`, undefined, body)).status).toBe(401);
    expect((await post(`${byKey.url}/mcp`, 'wrong', body)).status).toBe(401);
    expect((await post(`${byKey.url}/mcp`, KEY, body, { origin: 'https://evil.test' })).status).toBe(403);
    const mcp = openMcp(okta, {});
    const service = await serveMcpHttp(mcp, { publicUrl: 'https://mcp.acme.test', signIn: { key: KEY } });
    const to = (host: string) =>
      service.fetch(
        new Request('http://x/mcp', {
          method: 'POST',
          headers: {
            host,
            authorization: `Bearer ${KEY}`,
            'content-type': 'application/json',
            accept: 'application/json, text/event-stream',
          },
          body: JSON.stringify(body),
        }),
      );
    expect((await to('evil.test')).status).toBe(403);
    expect((await to('mcp.acme.test')).status).toBe(200);
    expect((await fetch(`${byKey.url}/other`, { headers: { authorization: `Bearer ${KEY}` } })).status).toBe(
      404,
    );
    await service.close();
    mcp.close();
  });

  it('nobody with a body that is too large or not JSON', async () => {
    expect((await post(`${byKey.url}/mcp`, KEY, 'x'.repeat(1_100_000))).status).toBe(413);
    expect((await post(`${byKey.url}/mcp`, KEY, '{')).status).toBe(400);
  });

  it('mcp-field 22: only tokens for this server: not those of others, expired, unsigned, or of Okta itself', async () => {
    const body = call('get_user', { userId: 'ada.haddad2@sandbox.example' });
    const url = `${byToken.url}/mcp`;
    expect((await post(url, await tokenFor(), body)).status).toBe(200);
    const [head = '', claims = ''] = (await tokenFor()).split('.');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    const { privateKey } = await generateKeyPair('RS256');
    const forged = await new SignJWT({ scp: ['mcp:read'] })
      .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
      .setIssuer(issuer.url)
      .setAudience(AUDIENCE)
      .setExpirationTime('5m')
      .sign(privateKey);
    for (const token of [
      await tokenFor({}, { audience: sandbox.orgUrl }),
      await tokenFor({}, { of: 'https://evil.test' }),
      await tokenFor({}, { expires: '-5m' }),
      `${none}.${claims}.`,
      `${head}.${claims}.AAAA`,
      forged,
      sandbox.apiToken,
    ])
      expect((await post(url, token, body)).status).toBe(401);
  });

  it('mcp-field 18, 19: says which authorization server and scopes, without asking it to register clients', async () => {
    const refused = await post(`${byToken.url}/mcp`, undefined, call('get_user'));
    expect(refused.status).toBe(401);
    const [, place = ''] =
      /resource_metadata="([^"]+)"/.exec(refused.headers.get('www-authenticate') ?? '') ?? [];
    const described = (await (await fetch(place)).json()) as Record<string, unknown>;
    expect(described).toMatchObject({
      resource: `${byToken.url}/mcp`,
      authorization_servers: [issuer.url],
      scopes_supported: ['mcp:read', 'mcp:write', 'mcp:destructive'],
    });
  });

  it('asks for the scope that the tool needs with this input', async () => {
    const url = `${byToken.url}/mcp`;
    const read = await tokenFor();
    const needs = async (token: string, body: unknown) => {
      const response = await post(url, token, body);
      return [response.status, /scope="([^"]+)"/.exec(response.headers.get('www-authenticate') ?? '')?.[1]];
    };
    const group = { profile: { name: 'Scoped' } };
    expect(await needs(read, call('create_group', group))).toEqual([403, 'mcp:read mcp:write']);
    expect(await needs(read, call('delete_group', { groupId: 'x' }))).toEqual([
      403,
      'mcp:read mcp:destructive',
    ]);
    expect(await needs(read, call('call_api', { path: '/api/v1/users/me' }))).toEqual([200, undefined]);
    expect(
      await needs(read, call('call_api', { method: 'POST', path: '/api/v1/groups', body: group })),
    ).toEqual([403, 'mcp:read mcp:write']);
    expect(await needs(read, [call('get_user', { userId: 'a' }), call('create_group', group, 2)])).toEqual([
      403,
      'mcp:read mcp:write',
    ]);
    expect(
      await needs(
        await tokenFor({ scp: undefined, scope: 'mcp:read mcp:write' }),
        call('create_group', group),
      ),
    ).toEqual([200, undefined]);
    expect((await needs(await tokenFor({ scp: [] }), call('get_user', { userId: 'a' })))[0]).toBe(403);
  });

  it('a client that makes up an answer to a question has confirmed nothing: mcp-field 5', async () => {
    const { id: groupId } = (await okta.run('create_group', { profile: { name: 'Made up' } })) as {
      id: string;
    };
    const meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 't', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } },
    };
    const { client } = await clientAt(`${byKey.url}/mcp`, KEY, { era: 'auto' });
    await client.close();
    for (const requestState of [undefined, 'abc']) {
      const body = {
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: {
          name: 'delete_group',
          arguments: { groupId },
          inputResponses: { confirm: { action: 'accept', content: { confirm: true } } },
          requestState,
          _meta: meta,
        },
      };
      const response = await post(`${byKey.url}/mcp`, KEY, body, {
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'tools/call',
        'mcp-name': 'delete_group',
      });
      expect(await response.text()).toMatch(/another call|-32602/);
    }
    expect(await okta.run('get_group', { groupId })).toMatchObject({ id: groupId });
  });

  it('makes nothing anew per request that can be made once', async () => {
    const { client } = await clientAt(`${byKey.url}/mcp`, KEY);
    await called(client, 'get_user', { userId: '00unobody' });
    const before = manifestReads;
    for (let n = 0; n < 3; n += 1) await called(client, 'get_user', { userId: '00unobody' });
    await client.listTools();
    expect(manifestReads).toBe(before);
    await client.close();
  });
});
