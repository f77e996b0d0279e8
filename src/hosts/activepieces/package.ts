import type { Manifest } from '../../manifest/manifest.ts';
import { PIECE } from './names.ts';

/**
 * The files of the npm package beside the bundle, by path. Activepieces installs it with `npm`, or takes the archive of `npm
 * pack`; it needs no other package.
 */
export function piecePackage(
  { title, description, version, docsUrl }: Manifest,
  license: string,
): Record<string, string> {
  const packageJson = {
    ...{ name: PIECE, version, description: `${title}: ${description}`, license },
    keywords: ['activepieces', 'okta', 'identity', 'system-log'],
    ...{ type: 'commonjs', main: './src/index.js', files: ['src'] },
    dependencies: {},
  };
  return {
    'package.json': `${JSON.stringify(packageJson, undefined, 2)}\n`,
    'README.md': `# ${PIECE}

${title} for Activepieces: ${description}

Connect with an API token, a service app (private key, DPoP) or a sign-in. Actions with drop-downs and the attributes of your org,
triggers that poll, and instant ones by Okta's event hooks.

About Okta's API: ${docsUrl}
`,
  };
}
