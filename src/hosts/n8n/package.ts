import { connector } from '../../connector.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import { credentialSources } from './credentials.ts';
import { documentation } from './documentation.ts';
import { mit } from './mit.ts';
import { PACKAGE } from './names.ts';
import { nodeSources } from './nodes.ts';

/** The project's links, from its package.json. */
interface Origin {
  homepage: string;
  repository: { type: string; url: string };
}

/**
 * The source files of the n8n community package, keyed by path. They contain only literals, so that n8n's lint sees exactly
 * what n8n will load.
 */
export function n8nPackage(manifest: Manifest, { homepage, repository }: Origin): Record<string, string> {
  // What needs no connection works on files, which n8n gives to no package.
  const actions = manifest.actions.filter(({ offline }) => !offline);
  const triggers = manifest.triggers.filter(({ offline }) => !offline);
  const connector = { ...manifest, actions, triggers };
  const pages = documentation(homepage);
  const sources = {
    ...credentialSources(connector, pages.credentials),
    ...nodeSources(connector, pages),
  };
  const built = (folder: string) =>
    Object.keys(sources)
      .filter((path) => path.startsWith(folder) && path.endsWith('.ts'))
      .map((path) => `dist/${path.replace(/\.ts$/, '.js')}`);
  const packageJson = {
    name: PACKAGE,
    version: connector.version,
    description:
      'n8n nodes for Okta: users, groups, apps, events, three ways to connect, triggers that lose no events',
    keywords: ['n8n-community-node-package', 'okta', 'identity', 'system-log'],
    // The only licence that n8n's lint accepts.
    license: 'MIT',
    homepage: pages.actions,
    // n8n's lint wants an address; the owner's replaces it before publishing.
    author: { name: 'okta-connector', email: 'okta-connector@example.com' },
    repository,
    engines: { node: '>=20.19' },
    publishConfig: { access: 'public', provenance: true },
    files: ['dist'],
    n8n: {
      n8nNodesApiVersion: 1,
      strict: true,
      credentials: built('credentials/'),
      nodes: built('nodes/'),
    },
    peerDependencies: { 'n8n-workflow': '*' },
  };
  return {
    ...sources,
    'package.json': `${JSON.stringify(packageJson, undefined, 2)}\n`,
    'README.md': readme(connector, pages.guide),
    'LICENSE.md': mit('Copyright (c) okta-connector'),
    'runtime/index.d.ts': RUNTIME,
    'eslint.config.mjs': "import { config } from '@n8n/node-cli/eslint';\n\nexport default config;\n",
    'tsconfig.json': `${JSON.stringify(TSCONFIG, undefined, 2)}\n`,
    ...icons,
  };
}

/** Types of the bundle built from src/hosts/n8n/runtime. */
const RUNTIME = `import type {
	ICredentialTestFunctions,
	ICredentialsDecrypted,
	IExecuteFunctions,
	IHookFunctions,
	ILoadOptionsFunctions,
	INodeCredentialTestResult,
	INodeExecutionData,
	INodeListSearchResult,
	INodePropertyOptions,
	IPollFunctions,
	IWebhookFunctions,
	IWebhookResponseData,
	ResourceMapperFields,
} from 'n8n-workflow';

type Search = (
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
) => Promise<INodeListSearchResult>;
type Load = (this: ILoadOptionsFunctions) => Promise<INodePropertyOptions[]>;
type Test = (
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted,
) => Promise<INodeCredentialTestResult>;

export declare const searchApps: Search;
export declare const searchGroups: Search;
export declare const searchUsers: Search;
export declare const getClearableAttributes: Load;
export declare const getEventTypes: Load;
export declare const getGroups: Load;
export declare const getInstantEventTypes: Load;
export declare function getProfileAttributes(this: ILoadOptionsFunctions): Promise<ResourceMapperFields>;
export declare const testPrivateKey: Test;
export declare const testToken: Test;
export declare function execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]>;
export declare function poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null>;
export declare function checkHook(this: IHookFunctions): Promise<boolean>;
export declare function createHook(this: IHookFunctions): Promise<boolean>;
export declare function deleteHook(this: IHookFunctions): Promise<boolean>;
export declare function receive(this: IWebhookFunctions): Promise<IWebhookResponseData>;
`;

const TSCONFIG = {
  compilerOptions: {
    target: 'es2022',
    module: 'commonjs',
    moduleResolution: 'node10',
    strict: true,
    skipLibCheck: true,
    noEmit: true,
  },
  include: ['nodes', 'credentials', 'runtime'],
};

/** The icon in the colours of a dark page. */
const dark = (icon: string): string => icon.replaceAll('#1f2937', '#e5e7eb').replaceAll('#ffffff', '#111827');

/** The icons of a package, keyed by path. */
export const icons: Record<string, string> = {
  'icons/okta-connector.svg': connector.identity.icon,
  'icons/okta-connector.dark.svg': dark(connector.identity.icon),
};

function readme({ actions, triggers }: Manifest, guide?: string): string {
  const rows = (all: readonly { title: string; description: string }[]) =>
    all.map(({ title, description }) => `| ${title} | ${description.replaceAll('|', '\\|')} |`).join('\n');
  return `# ${PACKAGE}

n8n nodes for Okta: an action node, a trigger that polls or runs scheduled searches, and an instant trigger based on event hooks.
Connect with an API token, a sign-in (OAuth2 with PKCE) or a service app (private key, DPoP).

${guide ? `Installation and usage: ${guide}` : 'Installation and usage: `docs/n8n.md` in the repository of okta-connector.'}

## Okta Connector

| Operation | What it does |
| --- | --- |
${rows(actions)}

## Okta Connector Trigger, Okta Connector Instant Trigger

| Event | When |
| --- | --- |
${rows(triggers)}

MIT
`;
}
