import type { Manifest } from '../../manifest/manifest.ts';
import { exampleOf } from './examples.ts';
import { nodeForm, STYLE } from './forms.ts';
import { helpOf } from './help.ts';
import { locales } from './locales.ts';
import { nodeTypes } from './node-types.ts';
import { registrations } from './registrations.ts';

/** Name of the package on npm. */
export const PACKAGE_NAME = 'node-red-contrib-okta-connector';

/** Name of the node set: the package has a .js and an .html file of this name. */
export const SET = 'okta-connector';

/** The fields of our own package.json that the package copies. */
interface Origin {
  version: string;
  license: string;
  homepage: string;
  repository: object;
  bugs: object;
}

const json = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`;

/** JSON for a script element: no string in it may close the element. */
const scriptJson = (value: unknown) => JSON.stringify(value).replaceAll('<', '\\u003c');

/**
 * The files of the package that are derived from the manifest, keyed by path.
 * @param editorScript the forms, bundled for browsers.
 */
export function packageFiles(
  connector: Manifest,
  origin: Origin,
  editorScript: string,
): Record<string, string> {
  const types = nodeTypes(connector);
  const { title, description, color } = connector;
  const script = `const OKTA_CONNECTOR=${scriptJson({ types, catalog: `${PACKAGE_NAME}/${SET}` })};\n${editorScript}\n${registrations(types, { category: title, color })}`;
  return {
    'package.json': json({
      name: PACKAGE_NAME,
      ...origin,
      description: `${title} for Node-RED: ${description}`,
      keywords: ['node-red', connector.key, 'identity', 'events', 'workflow'],
      engines: { node: '>=20.18.1' },
      'node-red': { version: '>=4.0.0', nodes: { [SET]: `${SET}.js` } },
      publishConfig: { access: 'public', provenance: true },
      files: [
        '*.js',
        '*.html',
        'THIRD-PARTY-LICENSES.txt',
        'sbom.cdx.json',
        'chunks',
        'icons',
        'locales',
        'examples',
      ],
    }),
    [`${SET}.html`]: `${STYLE}\n${types.map(nodeForm).join('\n')}\n<script type="text/javascript">\n(() => {\n${script}\n})();\n</script>\n`,
    ...Object.fromEntries(
      Object.entries(locales).map(([language, texts]) => [`locales/${language}/${SET}.json`, json(texts)]),
    ),
    ...Object.fromEntries(
      types
        .filter(({ kind }) => kind === 'action')
        .map((type) => [`examples/nodes/${type.label}.json`, json(exampleOf(type))]),
    ),
    [`locales/en-US/${SET}.html`]: `${types.map(helpOf).join('\n')}\n`,
  };
}
