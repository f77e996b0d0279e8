// The official checks of MCP servers and the packed bundle: npm run test:mcp.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unpackExtension } from '@anthropic-ai/mcpb';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildMcpb } from '../../scripts/build-mcpb.ts';
import { boundSizes } from '../../scripts/size.ts';
import { serveHttp } from '../../src/cli/http-server.ts';
import { connect } from '../../src/connect.ts';
import { serveMcpHttp } from '../../src/hosts/mcp/http.ts';
import { openMcp } from '../../src/hosts/mcp/server.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { called, clientOf, connectionOf, ERAS, environmentOf, main } from '../hosts/mcp/support.ts';
import { installMcpTools, runTool } from './tools.ts';

const home = mkdtempSync(join(tmpdir(), 'okta-connector-mcp-lane-'));
let sandbox: Sandbox;
beforeAll(async () => {
  installMcpTools();
  sandbox = await startSandbox();
});
afterAll(async () => {
  await sandbox.close();
  rmSync(home, { recursive: true, force: true });
});

describe.each(['legacy', 'modern'])('L1 inspector --cli --strict, %s', (era) => {
  const inspect = (args: string[], command: string[] = []) => {
    const env = Object.entries(environmentOf(sandbox)).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
    const server = ['--', process.execPath, main, 'mcp', ...command];
    return runTool('mcp-inspector', ['--cli', ...env, '--protocol-era', era, ...args, ...server], home);
  };

  it.each([[[]], [['--compact']], [['--toolsets', 'user,group,app']]])(
    'finds no error in the tools of mcp %j',
    async (command) => {
      const { code, out, err } = await inspect(['--strict', '--method', 'tools/list'], command);
      expect(code, err).toBe(0);
      expect(JSON.parse(out).tools.length).toBeGreaterThan(2);
      const [, errors, warnings] = /(\d+) errors?, (\d+) warnings?/.exec(err) ?? ['', '0', '0'];
      expect([errors, Number(warnings) < 10]).toEqual(['0', true]);
    },
  );

  it('calls tools, and tells an error from a result', async () => {
    const found = await inspect([
      '--method',
      'tools/call',
      '--tool-name',
      'search_users',
      '--tool-arg',
      'limit=1',
    ]);
    expect(found.code, found.err).toBe(0);
    const missing = await inspect([
      '--method',
      'tools/call',
      '--tool-name',
      'get_user',
      '--tool-arg',
      'userId=nobody@acme.test',
    ]);
    expect(missing.code).toBe(5);
  });
});

describe('L1 conformance suite', () => {
  it.each(['2025-11-25', '2026-07-28'])(
    '%s: nothing fails but what the file of expected failures explains',
    async (revision) => {
      const okta = connect(connectionOf(sandbox));
      const mcp = openMcp(okta, { remote: true });
      const late: { fetch?: (request: Request) => Promise<Response> } = {};
      const server = await serveHttp((request) => late.fetch?.(request) ?? Response.error(), {
        port: 0,
        host: '127.0.0.1',
      });
      const service = await serveMcpHttp(mcp, { publicUrl: server.url, signIn: { key: 'key' } });
      // The suite sends no credential.
      late.fetch = (request) => {
        const headers = new Headers(request.headers);
        headers.set('authorization', 'Bearer key');
        return service.fetch(new Request(request, { headers }));
      };
      const expected = join(import.meta.dirname, `expected-failures-${revision}.yml`);
      const { code, out, err } = await runTool(
        'conformance',
        ['server', '--url', `${server.url}/mcp`, '--requirements', revision, '--expected-failures', expected],
        home,
      );
      await service.close();
      await server.stop();
      mcp.close();
      okta.close();
      console.log(/Total: .*/.exec(out)?.[0]);
      expect(code, out.slice(-3_000) + err.slice(-1_000)).toBe(0);
      const lines = readFileSync(expected, 'utf8').trim().split('\n').slice(2);
      expect(
        lines.filter((line, at) => line.startsWith('  - ') && !lines[at - 1]?.startsWith('  # ')),
      ).toEqual([]);
    },
  );
});

describe('L1 the bundle', () => {
  let packed: Awaited<ReturnType<typeof buildMcpb>>;
  beforeAll(async () => {
    packed = await buildMcpb();
  });

  it('is valid, and small', () => {
    boundSizes('mcp', [{ path: packed.file, maxMb: 3 }]);
    expect(statSync(packed.file).size).toBeGreaterThan(100_000);
  });

  it.each(ERAS)('starts from what is packed, with what its form asks for, %s', async (era) => {
    const outputDir = join(home, `unpacked-${era}`);
    expect(await unpackExtension({ mcpbPath: packed.file, outputDir, silent: true })).toBe(true);
    const { server, user_config: form } = JSON.parse(readFileSync(join(outputDir, 'manifest.json'), 'utf8'));
    expect(form.api_token.sensitive).toBe(true);
    const given: Record<string, string> = {
      org_url: sandbox.orgUrl,
      api_token: sandbox.apiToken,
      read_only: 'true',
    };
    const filled = (value: string) =>
      value
        .replaceAll(/\$\{__dirname\}/g, outputDir)
        .replace(/\$\{user_config\.(\w+)\}/g, (_, name) => given[name] ?? '');
    const { args, env } = server.mcp_config as { args: string[]; env: Record<string, string> };
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: args.map(filled),
      env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, filled(value)])),
    });
    const { client } = clientOf({ era });
    await client.connect(transport);
    expect((await client.listTools()).tools.map(({ name }) => name)).not.toContain('create_user');
    expect((await called(client, 'search_users', { limit: 1 })).answer).toMatchObject({
      org: sandbox.orgUrl,
      count: 1,
    });
    await client.close();
  });
});
