/**
 * A local Okta org and Node-RED with the Okta nodes, a connection and working flows: `npm start`.
 * Options: --port N (editor, default 1880), --node-red 4|5, --fresh (forget the flows and begin anew).
 */
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startSandbox } from '../../src/sandbox/index.ts';
import { startEditor } from './editor.ts';
import { exampleCredentials, exampleFlows } from './flows.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '1880' },
    'node-red': { type: 'string', default: '5' },
    fresh: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) {
  console.log(
    'npm start -- [--port N] [--node-red 4|5] [--fresh]\n\nStarts a local Okta org and the Node-RED editor.',
  );
  process.exit(0);
}
const version = values['node-red'] === '4' ? 4 : 5;
const folder = resolve('.okta-connector', 'node-red');
if (values.fresh) rmSync(folder, { recursive: true, force: true });

const sandbox = await startSandbox();
const editor = await startEditor({
  ...{ folder, version, port: Number(values.port) },
  env: { OKTA_CLIENT_ORGURL: sandbox.orgUrl, OKTA_CLIENT_TOKEN: sandbox.apiToken },
  flows: exampleFlows(),
  credentials: exampleCredentials,
});

console.log(`
  Editor    ${editor.url}     drag Okta nodes, press the buttons on the tab "Start here"
  Okta org  ${sandbox.orgUrl}     local, with invented people; it forgets everything when it ends
  Kept in   ${folder}${editor.fresh ? '' : '     your flows from last time; --fresh begins anew'}

  On the command line:
    export OKTA_CLIENT_ORGURL=${sandbox.orgUrl} OKTA_CLIENT_TOKEN=${sandbox.apiToken}
    npx okta-connector check

  Ctrl-C ends both.
`);

const ended = once(editor.process, 'exit');
const asked = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]).then(() => 'asked');
if ((await Promise.race([ended, asked])) !== 'asked') {
  console.error('Node-RED ended by itself.');
  process.exitCode = 1;
}
await editor.stop();
await sandbox.close();
