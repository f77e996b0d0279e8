import type { Manifest } from '../../manifest/manifest.ts';
import type { ZapierAuthentication } from './authentication.ts';
import { createsOf, pollsOf, searchesOf } from './operations.ts';

/** The files beside the bundle, keyed by path. @param core version of zapier-platform-core. */
export function zapierPackage(
  manifest: Manifest,
  { variant, title }: Pick<ZapierAuthentication, 'variant' | 'title'>,
  core: string,
): Record<string, string> {
  const packageJson = {
    ...{ name: `zapier-${variant}`, version: manifest.version, description: title, private: true },
    ...{ license: 'Apache-2.0', main: 'index.js', engines: { node: '>=22', npm: '>=5.6.0' } },
    // Zapier's machines have this one; everything else is in the bundle.
    dependencies: { 'zapier-platform-core': core },
  };
  return {
    'package.json': `${JSON.stringify(packageJson, undefined, 2)}\n`,
    'README.md': readme(manifest, title),
  };
}

function readme(manifest: Manifest, title: string): string {
  const rows = (all: readonly { title: string; description: string }[]) =>
    all.map((one) => `| ${one.title} | ${one.description.replaceAll('|', '\\|')} |`).join('\n');
  const table = (heading: string, all: readonly { title: string; description: string }[]) =>
    `## ${heading}\n\n| Name | What it does |\n| --- | --- |\n${rows(all)}\n`;
  return `# ${title}

A Zapier integration, made by okta-connector ${manifest.version}. In this folder:

\`\`\`sh
npx zapier-platform-cli@19 register   # once
npx zapier-platform-cli@19 push --disable-dependency-detection
\`\`\`

${table('Triggers', pollsOf(manifest))}
${table('Searches', searchesOf(manifest))}
${table('Actions', createsOf(manifest))}`;
}
