import { join } from 'node:path';
import { defineConfig, type UserConfig } from 'tsdown';
import { sbom } from './scripts/sbom.ts';
import { thirdPartyNotices } from './scripts/third-party.ts';

const standIn = (name: string) => join(import.meta.dirname, `src/hosts/n8n/stand-ins/${name}.ts`);

/** What a package of n8n may not use, and what takes its place. */
const instead: [RegExp, string][] = [
  [/\/(axios|token-file|file|dead-letter-file|machine|metadata\/fetch)\.ts$/, standIn('machine')],
  [/^node:timers\/promises$/, standIn('timers-promises')],
  [/^node:util$/, standIn('util')],
  [/^node:zlib$/, standIn('zlib')],
  [/\/turns\.ts$/, standIn('turns')],
  [/^ajv$/, standIn('ajv')],
  [/\/state-file\.ts$/, standIn('scim-state')],
  [/\/(store|targets)\/open\.ts$/, standIn('sync-places')],
  [/^(debug|events|fs|path|querystring|stream|timers|url|util|zlib)$/, standIn('node-saml')],
];

const shared = {
  ...{ format: 'cjs', platform: 'node', target: 'node20', dts: false },
  deps: { alwaysBundle: [/^(?!n8n-workflow$|node:)/], neverBundle: ['n8n-workflow'] },
} satisfies UserConfig;

// One file that needs nothing but n8n-workflow: n8n installs no dependencies of community packages.
const connector = {
  ...shared,
  entry: { index: 'src/hosts/n8n/runtime/index.ts' },
  outDir: 'dist/n8n-nodes-okta-connector/dist/runtime',
  clean: true,
  plugins: [
    thirdPartyNotices(),
    sbom('n8n-nodes-okta-connector'),
    {
      name: 'n8n',
      // n8n's scan refuses packages that make code out of texts: zod does not even try.
      transform: {
        filter: { id: /zod\/v4\/core\/util\.js$/ },
        handler: (code) => code.replace('new F("")', 'throw new Error("not in n8n")'),
      },
      resolveId: {
        order: 'pre',
        handler: (id, importer) =>
          importer?.includes('/stand-ins/')
            ? undefined
            : id === 'crypto'
              ? { id: 'node:crypto', external: true }
              : instead.find(([pattern]) => pattern.test(id))?.[1],
      },
    },
    {
      name: 'xml2js',
      // The module is the class there.
      transform: {
        filter: { id: /xml2js\/lib\/parser\.js$/ },
        handler: (code) => code.replace("require('events')", "require('events').EventEmitter"),
      },
    },
  ],
  inputOptions: {
    transform: {
      inject: {
        setTimeout: [standIn('timers'), 'setTimeout'],
        clearTimeout: [standIn('timers'), 'clearTimeout'],
        setInterval: [standIn('timers'), 'setInterval'],
        clearInterval: [standIn('timers'), 'clearInterval'],
        console: [standIn('console'), 'console'],
        globalThis: [standIn('global-this'), 'globalThis'],
      },
    },
  },
  outputOptions: { codeSplitting: false, entryFileNames: 'index.js' },
} satisfies UserConfig;

const provisions = {
  ...shared,
  entry: {
    'credentials/OktaProvisionsApi.credentials': 'src/hosts/n8n/provisions/credential.ts',
    'nodes/OktaProvisions/OktaProvisions.node': 'src/hosts/n8n/provisions/node.ts',
  },
  outDir: 'dist/n8n-nodes-okta-provisions/dist',
  clean: false,
  plugins: [thirdPartyNotices(), sbom('n8n-nodes-okta-provisions')],
  outputOptions: { entryFileNames: '[name].js' },
} satisfies UserConfig;

export default defineConfig([connector, provisions]);
