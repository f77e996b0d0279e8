import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Rolldown } from 'tsdown';
import { mit } from '../src/hosts/n8n/mit.ts';

export const NOTICES = 'THIRD-PARTY-LICENSES.txt';

/** `.../node_modules/@scope/name` for a file in it; undefined for our own files and for those that the bundler generates. */
const packageFolder = (module: string): string | undefined =>
  /^[^\0].*[/\\]node_modules[/\\](?:@[^/\\]+[/\\])?[^/\\]+/.exec(module)?.[0];

/** Copyright holders of MIT-licensed packages without a licence file, from other files of theirs or of their repositories. */
const MIT_WITHOUT_FILE: Record<string, string[]> = {
  '@activepieces/pieces-framework': ['Copyright (c) 2022 Activepieces Inc.'],
  '@activepieces/shared': ['Copyright (c) 2022 Activepieces Inc.'],
  '@cfworker/json-schema': [
    'Copyright (c) 2020 Jeremy Danyow',
    'ucs2-length is derived from punycode.js: Copyright Mathias Bynens <https://mathiasbynens.be/>',
    'format is derived from ajv: Copyright (c) 2015-2021 Evgeny Poberezkin',
  ],
  standardwebhooks: ['Copyright (c) 2023 Svix (https://www.svix.com)'],
  'pg-types': ['Copyright (c) 2014 Brian M. Carlson'],
  pgpass: ['Copyright (c) 2013-2016 Hannes Hörl'],
};

/** Name, version and licence of a package, followed by every text that its licence requires to be passed on. */
function notice(folder: string): string {
  const { name, version, ...rest } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  // The packages of Activepieces do not name the licence of their repository.
  const license = rest.license ?? (name in MIT_WITHOUT_FILE ? 'MIT' : undefined);
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && /^(licen[cs]e|copying|notice)([.-].*)?$/i.test(entry.name))
    .map((entry) => readFileSync(join(folder, entry.name), 'utf8').replaceAll('\r\n', '\n').trim());
  const holders = license === 'MIT' ? MIT_WITHOUT_FILE[name] : undefined;
  if (files.length === 0 && holders) files.push(mit(holders.join('\n')).trim());
  if (files.length === 0)
    throw new Error(`${name} ${version} is bundled, but has no licence file in ${folder}`);
  return [`${name} ${version} (${license})`, ...files].join('\n\n');
}

/**
 * Writes the licences of all packages with code in the bundle to a file next to it. If the plugin is used for several builds,
 * the file covers the packages of all of them.
 * @throws during the build if a package has no licence file.
 */
export function thirdPartyNotices(): Rolldown.Plugin {
  const folders = new Set<string>();
  return {
    name: 'third-party-notices',
    generateBundle(_, bundle) {
      for (const part of Object.values(bundle)) {
        if (part.type !== 'chunk') continue;
        for (const folder of part.moduleIds.map(packageFolder)) if (folder) folders.add(folder);
      }
      const notices = [...folders].map(notice);
      const source = [...new Set(notices)].sort().join(`\n\n${'-'.repeat(80)}\n\n`);
      this.emitFile({ type: 'asset', fileName: NOTICES, source: `${source}\n` });
    },
  };
}
