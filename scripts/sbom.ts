import rollupPluginSbom from 'rollup-plugin-sbom';
import type { Rolldown } from 'tsdown';

export const SBOM = 'sbom.cdx.json';

/**
 * Lists the packages with code in the bundle as a CycloneDX file next to it, for audit tools: they are no dependencies of the
 * published package.
 * @param name of the published package.
 */
export const sbom = (name: string): Rolldown.Plugin =>
  rollupPluginSbom({
    ...{ outDir: '.', outFilename: SBOM.replace('.json', ''), outFormats: ['json'], includeWellKnown: false },
    // The same build gives the same file. 1.6: not all tools read 1.7 yet.
    ...{ saveTimestamp: false, rootComponentType: 'library', specVersion: '1.6' },
    beforeCollect({ metadata: { component } }) {
      if (component) component.name = name;
    },
  }) as Rolldown.Plugin;
