import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const root = join(import.meta.dirname, '../..');
const folder = join(root, '.okta-connector/mcp-tools');
const bin = join(folder, 'node_modules/.bin');

/** The inspector, for whoever needs its page. */
export const inspectorCommand = join(bin, 'mcp-inspector');

/** The official checks, exactly these versions: 160 MB that nothing else needs. */
const TOOLS = ['@modelcontextprotocol/inspector@2.12.0', '@modelcontextprotocol/conformance@0.2.0-alpha.12'];

/** Installs them at first use. No script of a package runs. */
export function installMcpTools(): void {
  const stamp = join(folder, '.installed');
  const wanted = TOOLS.join('\n');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const args = ['install', '-E', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', ...TOOLS];
  execFileSync('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  writeFileSync(stamp, wanted);
}

interface Ran {
  code: number | null;
  out: string;
  err: string;
}

/** Runs one of the tools; what it keeps goes into `home`. */
export async function runTool(
  name: 'mcp-inspector' | 'conformance',
  args: string[],
  home: string,
): Promise<Ran> {
  const env = { ...process.env, HOME: home, MCP_CATALOG_PATH: join(home, 'catalog.json'), NO_COLOR: '1' };
  const child = spawn(process.execPath, [join(bin, name), ...args], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await ended, out, err };
}
