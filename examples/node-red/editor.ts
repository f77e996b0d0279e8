/** Node-RED with the Okta nodes in its palette, in a folder of its own. Used by `npm start` and the browser tests. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const PACKAGE = 'node-red-contrib-okta-connector';

export interface EditorOptions {
  /** Everything that Node-RED keeps. */
  folder: string;
  /** The first free port from here on is taken. */
  port: number;
  /** Major version. */
  version?: 4 | 5;
  /** What flows can refer to as `${NAME}`, besides NODE_RED_URL. */
  env: Record<string, string>;
  /** Written on the first start only: afterwards the flows are the user's. */
  flows: object[];
  /** By id of the node; `${NAME}` is allowed. */
  credentials: Record<string, Record<string, string>>;
}

export interface Editor {
  url: string;
  process: ChildProcess;
  /** True when the flows were written now. */
  fresh: boolean;
  stop(): Promise<void>;
}

/** @returns the first port from `port` on that nobody listens at. */
async function freePort(port: number): Promise<number> {
  for (let candidate = port; candidate < port + 50; candidate++) {
    const server = createServer().listen(candidate, '127.0.0.1');
    const free = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (free) {
      await new Promise((done) => server.close(done));
      return candidate;
    }
  }
  throw new Error(`No port from ${port} to ${port + 49} is free; choose another with --port`);
}

/** Encrypts the secrets of the flows; made once and kept beside them, readable by the owner only. */
function secretIn(folder: string): string {
  const file = join(folder, 'credential-secret');
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString('base64url'), { mode: 0o600 });
  return readFileSync(file, 'utf8');
}

/** Starts Node-RED and resolves when its editor answers. */
export async function startEditor(options: EditorOptions): Promise<Editor> {
  const { folder, version = 5, env, flows, credentials } = options;
  const modules = join(folder, 'node_modules');
  mkdirSync(modules, { recursive: true });
  rmSync(join(modules, PACKAGE), { recursive: true, force: true });
  symlinkSync(join(root, 'dist', PACKAGE), join(modules, PACKAGE), 'dir');

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
    // What triggers delivered is on the disk at once, not half a minute later.
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
  writeFileSync(settingsFile, `module.exports = ${JSON.stringify(settings, undefined, 2)};\n`, {
    mode: 0o600,
  });

  const url = `http://127.0.0.1:${port}/`;
  const red = join(root, 'node_modules', version === 4 ? 'node-red-4' : 'node-red', 'red.js');
  const child = spawn(process.execPath, [red, '-s', settingsFile], {
    // Where an org on this machine reaches the flows, for instant triggers.
    env: { ...process.env, NODE_RED_URL: url.slice(0, -1), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  const keep = (chunk: Buffer) => {
    log = (log + chunk).slice(-20_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);

  for (let tries = 0; ; tries++) {
    if (child.exitCode !== null || tries > 300) throw new Error(`Node-RED did not start:\n${log}`);
    const answers = await fetch(`${url}flows`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (answers) break;
    await sleep(100);
  }
  return {
    url,
    process: child,
    fresh,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}
