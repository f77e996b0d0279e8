/** Node-RED with the Okta nodes in its palette, in its own folder. Used by `npm start` and the browser tests. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { announce, answers, claim, leave, RUNNING } from './running.ts';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const PACKAGE = 'node-red-contrib-okta-connector';
const START_WITHIN_MS = 60_000;
/** Node-RED gives its nodes 15 seconds to stop. */
const END_WITHIN_MS = 20_000;

export interface EditorOptions {
  /** Node-RED's user directory. */
  folder: string;
  /** From 1 to 65535. Uses the first free port, starting with this one. */
  port: number;
  /** Major version. */
  version?: 4 | 5;
  /** Variables that flows can refer to as `${NAME}`, in addition to NODE_RED_URL. */
  env: Record<string, string>;
  /** Written only on the first start: afterwards, the flows belong to the user. */
  flows: object[];
  /** By node id; `${NAME}` is allowed. */
  credentials: Record<string, Record<string, string>>;
  /** Further members of settings.js as they are written there, such as `adminAuth: { ... },`. */
  settings?: string;
  /** Deletes the contents of the folder and starts from scratch. */
  forget?: boolean;
  /** Aborts a start in progress. */
  signal?: AbortSignal;
}

export interface Editor {
  url: string;
  process: ChildProcess;
  /** True if this start wrote the flows. */
  fresh: boolean;
  /** The last output of Node-RED. */
  log(): string;
  stop(): Promise<void>;
}

/** @returns the first free port, starting with `port`. */
async function freePort(port: number): Promise<number> {
  const last = Math.min(port + 49, 65_535);
  for (let candidate = port; candidate <= last; candidate++) {
    const server = createServer().listen(candidate, '127.0.0.1');
    try {
      await once(server, 'listening');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') continue;
      throw new Error(
        `Port ${candidate} cannot be used (${(error as Error).message}); choose another with --port`,
      );
    }
    server.close();
    await once(server, 'close');
    return candidate;
  }
  throw new Error(`No port from ${port} to ${last} is free; choose another with --port`);
}

/** Encrypts the secrets of the flows; created once and stored next to them, readable only by the owner. */
function secretIn(folder: string): string {
  const file = join(folder, 'credential-secret');
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString('base64url'), { mode: 0o600 });
  return readFileSync(file, 'utf8');
}

/**
 * Starts Node-RED and resolves once its editor answers.
 * @throws if Node-RED is already running in this folder, or if it does not start (the error includes its output).
 */
export async function startEditor(options: EditorOptions): Promise<Editor> {
  const { folder } = options;
  mkdirSync(folder, { recursive: true });
  await claim(folder);
  try {
    return await startIn(options);
  } catch (error) {
    leave(folder);
    throw error;
  }
}

async function startIn(options: EditorOptions): Promise<Editor> {
  const { folder, version = 5, env, flows, credentials, signal } = options;
  if (options.forget) {
    for (const name of readdirSync(folder))
      if (name !== RUNNING) rmSync(join(folder, name), { recursive: true, force: true });
  }
  const installed = join(folder, 'node_modules', PACKAGE);
  // A copy, so that a build can run while the editor is open.
  rmSync(installed, { recursive: true, force: true });
  cpSync(join(root, 'dist', PACKAGE), installed, { recursive: true });

  const flowFile = join(folder, 'flows.json');
  const fresh = !existsSync(flowFile);
  if (fresh) {
    writeFileSync(flowFile, JSON.stringify(flows, undefined, 2));
    writeFileSync(join(folder, 'flows_cred.json'), JSON.stringify(credentials), { mode: 0o600 });
  }
  const port = await freePort(options.port);
  const settings = {
    uiHost: '127.0.0.1',
    uiPort: port,
    userDir: folder,
    flowFile: 'flows.json',
    credentialSecret: secretIn(folder),
    telemetry: { enabled: false, updateNotification: false },
    // Writes the state of triggers to disk after a second instead of half a minute.
    contextStorage: { default: { module: 'localfilesystem', config: { flushInterval: 1 } } },
    editorTheme: {
      page: { title: 'Okta connector' },
      header: { title: 'Okta connector' },
      tours: false,
      palette: {
        catalogues: [],
        categories: ['Okta', 'common', 'function', 'network', 'sequence', 'parser', 'storage'],
      },
      codeEditor: { lib: 'ace' },
    },
  };
  const settingsFile = join(folder, 'settings.cjs');
  const members = JSON.stringify(settings, undefined, 2).slice(1);
  writeFileSync(settingsFile, `module.exports = {\n${options.settings ?? ''}${members};\n`, { mode: 0o600 });

  const url = `http://127.0.0.1:${port}/`;
  const red = join(root, 'node_modules', version === 4 ? 'node-red-4' : 'node-red', 'red.js');
  const endWithParent = join(import.meta.dirname, 'end-with-parent.cjs');
  // With a proxy configured, Node-RED's own nodes would otherwise use it to reach the org on this machine.
  const noProxy = [process.env.no_proxy ?? process.env.NO_PROXY, '127.0.0.1'].filter(Boolean).join(',');
  const child = spawn(process.execPath, ['--require', endWithParent, red, '-s', settingsFile], {
    // The address at which an org on this machine reaches the flows, for instant triggers.
    env: {
      ...process.env,
      ...{ NO_PROXY: noProxy, no_proxy: noProxy, NODE_RED_URL: url.slice(0, -1) },
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let log = '';
  const keep = (chunk: Buffer) => {
    log = (log + chunk).slice(-20_000);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  child.once('exit', () => leave(folder));
  announce(folder, { pid: child.pid as number, url });

  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const stop = async () => {
    if (hasEnded()) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), END_WITHIN_MS);
    await ended;
    clearTimeout(force);
  };
  try {
    for (
      const end = Date.now() + START_WITHIN_MS;
      !(await answers(url));
      await sleep(100, undefined, { signal })
    )
      if (hasEnded() || Date.now() > end) throw new Error(`Node-RED did not start:\n${log}`);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, process: child, fresh, log: () => log, stop };
}
