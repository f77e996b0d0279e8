// Builds dist/okta-connector.mcpb, a bundle that AI clients install with one click: npm run build:mcpb.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packExtension, validateManifest } from '@anthropic-ai/mcpb';
import packageJson from '../package.json' with { type: 'json' };

const root = join(import.meta.dirname, '..');
const folder = join(root, 'dist/mcpb');

/** What the client fills in: a value of the form, or the folder of the bundle. */
const filledIn = (name: string) => `$\{${name}}`;

const manifest = {
  manifest_version: '0.4',
  name: packageJson.name,
  display_name: 'Okta',
  version: packageJson.version,
  description: 'Users, groups, apps and events of an Okta org. What cannot be undone is confirmed by you.',
  author: { name: 'okta-connector contributors' },
  license: packageJson.license,
  server: {
    type: 'node',
    entry_point: 'server/index.js',
    mcp_config: {
      command: 'node',
      args: [`${filledIn('__dirname')}/server/index.js`],
      env: {
        OKTA_CLIENT_ORGURL: filledIn('user_config.org_url'),
        OKTA_CLIENT_TOKEN: filledIn('user_config.api_token'),
        OKTA_CONNECTOR_MCP_READ_ONLY: filledIn('user_config.read_only'),
        OKTA_CONNECTOR_MCP_TOOLSETS: filledIn('user_config.toolsets'),
      },
    },
  },
  tools_generated: true,
  prompts_generated: true,
  compatibility: { runtimes: { node: packageJson.engines.node } },
  user_config: {
    org_url: {
      type: 'string',
      title: 'Org URL',
      description: 'Where people sign in: https://acme.okta.com',
      required: true,
    },
    api_token: {
      ...{ type: 'string', title: 'API token', sensitive: true, required: true },
      description: 'Admin Console > Security > API > Tokens. It can do what the admin who made it can do.',
    },
    read_only: {
      ...{ type: 'boolean', title: 'Read only', default: true },
      description: 'Only tools that change nothing.',
    },
    toolsets: {
      ...{ type: 'string', title: 'Only tools about', default: '' },
      description: 'Resources with commas, such as user,group; empty for all.',
    },
  },
};

/**
 * Bundles the server, checks the manifest and packs both.
 * @throws Error when the manifest is not valid or the bundle cannot be packed.
 */
export async function buildMcpb(): Promise<{ file: string }> {
  const tsdown = join(root, 'node_modules/tsdown/dist/run.mjs');
  const args = [tsdown, '-c', 'tsdown.mcpb.config.ts', '--logLevel', 'error'];
  execFileSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  mkdirSync(folder, { recursive: true });
  // Node takes the files for modules.
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ type: 'module', version: packageJson.version }),
  );
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest, undefined, 2));
  copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  if (!validateManifest(join(folder, 'manifest.json')))
    throw new Error('the manifest of the bundle is not valid');
  const file = join(root, 'dist/okta-connector.mcpb');
  if (!(await packExtension({ extensionPath: folder, outputPath: file, silent: true })))
    throw new Error('not packed');
  return { file };
}

if (import.meta.main) {
  const { file } = await buildMcpb();
  console.log(file);
}
