/** Takes pictures of what others show of the connector: MCP's inspector, and Swagger UI. Both ask a fresh local org. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { connect } from '../src/connect.ts';
import { openGateway } from '../src/hosts/gateway/open.ts';
import { startSandbox } from '../src/sandbox/index.ts';
import { inspectorCommand, installMcpTools } from '../test/mcp/tools.ts';
import { openBrowser } from '../test/node-red/editor-page.ts';
import { freePort } from '../test/support/free-port.ts';

const root = join(import.meta.dirname, '..');
const home = mkdtempSync(join(tmpdir(), 'okta-connector-pictures-'));
// Pictures have an address that does not change.
const sandbox = await startSandbox({ port: 8081 });
const size = { viewport: { width: 1360, height: 760 }, colorScheme: 'light' as const };
const image = (name: string) => join(root, 'docs/images', `${name}.png`);

/** The tools, and what one of them answers; the command is started as docs/mcp.md says, from its source. */
async function inspector(browser: Browser): Promise<void> {
  installMcpTools();
  const script = `#!/bin/sh\nexec '${process.execPath}' '${root}/src/cli/main.ts' "$@"\n`;
  writeFileSync(join(home, 'okta-connector'), script, { mode: 0o700 });
  const env = { OKTA_CLIENT_ORGURL: sandbox.orgUrl, OKTA_CLIENT_TOKEN: sandbox.apiToken };
  const okta = { type: 'stdio', command: 'okta-connector', args: ['mcp'], env };
  const config = join(home, 'servers.json');
  writeFileSync(config, JSON.stringify({ mcpServers: { okta } }));
  const port = await freePort();
  const child = spawn(process.execPath, [inspectorCommand, '--web', '--config', config], {
    ...{ cwd: home, stdio: 'inherit' },
    env: {
      ...{ PATH: `${home}:${process.env.PATH}`, HOME: home, MCP_STORAGE_DIR: home },
      ...{ CLIENT_PORT: String(port), MCP_AUTO_OPEN_ENABLED: 'false' },
      ...{ MCP_INSPECTOR_API_TOKEN: 'token', MCP_INSPECTOR_SECRET_STORE: 'memory' },
    },
  });
  const ended = once(child, 'exit');
  try {
    const page = await browser.newPage(size);
    const url = `http://127.0.0.1:${port}/?MCP_INSPECTOR_API_TOKEN=token`;
    while (!(await fetch(url).catch(() => undefined))) await new Promise((done) => setTimeout(done, 500));
    await page.goto(url);
    await page.getByRole('switch').first().click({ force: true });
    await page.getByText('Tools', { exact: true }).click();
    await page.getByLabel('Close monitoring sidebar').click();
    await page.getByRole('button', { name: 'get_user', exact: true }).click();
    await page.getByRole('textbox', { name: 'userId' }).fill(sandbox.admin.login);
    await page.getByRole('button', { name: 'Execute Tool' }).click();
    await page.getByText('"org"').first().waitFor();
    // What the pointer opens is not part of the picture.
    await page.mouse.move(0, 0);
    await page.waitForTimeout(2_000);
    await page.screenshot({ path: image('mcp-inspector') });
  } finally {
    child.kill();
    await ended;
  }
}

/** The gateway's description. The page and the gateway have one origin, as there are no CORS headers. */
async function swagger(browser: Browser): Promise<void> {
  const install = ['install', '--ignore-scripts', '--no-audit', '--no-fund', 'swagger-ui-dist@5.35.0'];
  execFileSync('npm', install, { cwd: home, stdio: ['ignore', 'ignore', 'inherit'] });
  const client = connect({
    orgUrl: sandbox.orgUrl,
    auth: { type: 'api_token', token: sandbox.apiToken },
  });
  const gateway = await openGateway({ client, state: join(home, 'gateway.db') });
  const origin = 'http://127.0.0.1:8080';
  const page = await browser.newPage({ ...size, viewport: { width: 1200, height: 1100 } });
  await page.route(`${origin}/**`, async (route) => {
    const { pathname, href } = new URL(route.request().url());
    if (pathname.startsWith('/swagger-ui'))
      return route.fulfill({ path: join(home, 'node_modules/swagger-ui-dist', pathname.slice(1)) });
    if (pathname === '/viewer') return route.fulfill({ contentType: 'text/html', body: VIEWER });
    const answer = await gateway.fetch(new Request(href));
    await route.fulfill({
      status: answer.status,
      contentType: 'application/json',
      body: await answer.text(),
    });
  });
  await page.goto(`${origin}/viewer`);
  await page.locator('.opblock').first().waitFor();
  await page.waitForTimeout(1_000);
  await page.screenshot({ path: image('gateway-openapi') });
  await gateway.close();
  client.close();
}

const VIEWER = `<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="/swagger-ui.css"><div id="ui"></div>
<script src="/swagger-ui-bundle.js"></script>
<script>SwaggerUIBundle({ url: '/openapi.json?category=join,leave', dom_id: '#ui', docExpansion: 'list' });</script>`;

const browser = await openBrowser();
try {
  await swagger(browser);
  await inspector(browser);
} finally {
  await browser.close();
  await sandbox.close();
  rmSync(home, { recursive: true, force: true });
}
