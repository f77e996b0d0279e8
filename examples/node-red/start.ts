/**
 * A local Okta org and Node-RED with the Okta nodes, a connection and working flows: `npm start`.
 * Options: --port N (editor, default 1880), --node-red 4|5, --fresh (delete the flows and start from scratch).
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startSandbox } from '../../src/sandbox/index.ts';
import { type EditorOptions, startEditor } from './editor.ts';
import { exampleCredentials, exampleFlows } from './flows.ts';

const USAGE = 'npm start -- [--port N] [--node-red 4|5] [--fresh]';

type Asked = Required<Pick<EditorOptions, 'port' | 'version' | 'forget'>>;

/** The command-line options. Ends the process for --help, and with exit code 2 for invalid options. */
function asked(): Asked {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: 'string', default: '1880' },
        'node-red': { type: 'string', default: '5' },
        fresh: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      console.log(`${USAGE}\n\nStarts a local Okta org and the Node-RED editor.`);
      process.exit(0);
    }
    const port = Number(values.port);
    if (!/^\d+$/.test(values.port) || port < 1 || port > 65_535)
      throw new Error(`--port ${values.port}: give a whole number from 1 to 65535`);
    const version = ([4, 5] as const).find((major) => String(major) === values['node-red']);
    if (!version) throw new Error(`--node-red ${values['node-red']}: there are 4 and 5`);
    return { port, version, forget: values.fresh };
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    process.exit(2);
  }
}

const lastLines = (log: string) => log.trimEnd().split('\n').slice(-20).join('\n');

const options = asked();
const folder = resolve('.okta-connector', 'node-red');
/** Of the server in the example flow: everything runs on this machine. */
const scimToken = randomBytes(16).toString('hex');

// Installed immediately and for repeated signals: npm forwards signals that the terminal has already sent.
const enough = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => enough.abort());
// A signal sent to npm ends npm and its shell but does not reach this process.
const shell = process.ppid;
if (process.env.npm_lifecycle_event === 'start')
  setInterval(() => process.ppid === shell || enough.abort(), 300).unref();
const { signal } = enough;

const sandbox = await startSandbox();
try {
  const editor = await startEditor({
    ...{ ...options, folder, signal },
    env: {
      ...{ OKTA_CLIENT_ORGURL: sandbox.orgUrl, OKTA_CLIENT_TOKEN: sandbox.apiToken },
      ...{ OKTA_SCIM_STATE: join(folder, 'people.db'), OKTA_CONNECTOR_SCIM_TOKEN: scimToken },
    },
    flows: exampleFlows(),
    credentials: exampleCredentials,
  });
  const ended = once(editor.process, 'exit', { signal });

  console.log(`
  Editor    ${editor.url}     drag Okta nodes, press the buttons on the tab "Start here"
  Okta org  ${sandbox.orgUrl}     local, with invented people; it forgets everything when it ends
  Kept in   ${folder}${editor.fresh ? '' : '     your flows from last time; --fresh starts over'}

  On the command line:
    export OKTA_CLIENT_ORGURL=${sandbox.orgUrl} OKTA_CLIENT_TOKEN=${sandbox.apiToken}
    npx okta-connector check

  Ctrl-C ends both.
`);

  try {
    await ended;
    // A terminal signals both processes, and Node-RED may end first.
    await sleep(500, undefined, { signal });
    throw new Error(`Node-RED ended by itself. The last that it wrote:\n${lastLines(editor.log())}`);
  } finally {
    await editor.stop();
  }
} catch (error) {
  if (!signal.aborted) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
} finally {
  await sandbox.close();
}
