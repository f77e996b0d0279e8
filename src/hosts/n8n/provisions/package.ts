import { mit } from '../mit.ts';
import { icons } from '../package.ts';

/** Name of the package in npm and n8n. */
export const PROVISIONS_PACKAGE = 'n8n-nodes-okta-provisions';

/** The project, from its package.json. */
interface Origin {
  version: string;
  homepage: string;
  repository: { type: string; url: string };
}

/**
 * Files of the n8n package with the node to which Okta provisions, keyed by path; the rest is built from this folder. It is apart
 * from the other one because it uses files and sockets: n8n verifies no such package.
 */
export function provisionsPackage({ version, homepage, repository }: Origin): Record<string, string> {
  const packageJson = {
    ...{ name: PROVISIONS_PACKAGE, version },
    description:
      'An n8n node to which Okta provisions: a SCIM 2.0 server that starts a workflow for each change',
    keywords: ['n8n-community-node-package', 'okta', 'scim', 'provisioning'],
    license: 'MIT',
    ...{ homepage, repository },
    engines: { node: '>=20.19' },
    files: ['dist'],
    n8n: {
      n8nNodesApiVersion: 1,
      credentials: ['dist/credentials/OktaProvisionsApi.credentials.js'],
      nodes: ['dist/nodes/OktaProvisions/OktaProvisions.node.js'],
    },
    peerDependencies: { 'n8n-workflow': '*' },
  };
  return {
    'package.json': `${JSON.stringify(packageJson, undefined, 2)}\n`,
    'README.md': README,
    'LICENSE.md': mit('Copyright (c) okta-connector'),
    ...Object.fromEntries(Object.entries(icons).map(([path, svg]) => [`dist/${path}`, svg])),
  };
}

const README = `# ${PROVISIONS_PACKAGE}

The node Okta Provisions is a SCIM 2.0 server at the URL of a workflow. Okta creates, changes and deactivates people and groups there,
and the workflow starts once for each change. For self-hosted n8n: what Okta sent is kept in a SQLite file or in Postgres.

Set-up and limits: \`docs/scim.md\` in the repository of okta-connector.

MIT
`;
