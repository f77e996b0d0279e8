import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../support/free-port.ts';

/** A database server of this machine, or why there is none. */
export interface Server {
  /** Empty when it is there. */
  missing: string;
  /** Starts it on a free port of 127.0.0.1, with nothing in it. @returns its address, and how to end it. */
  start(): Promise<{ url: string; stop: () => Promise<void> }>;
}

export const redis: Server = server('redis-server', [], async (binary, folder, port) => ({
  url: `redis://127.0.0.1:${port}`,
  child: spawn(
    binary,
    ['--bind', '127.0.0.1', '--port', `${port}`, '--dir', folder, '--save', '', '--appendonly', 'no'],
    { stdio: 'ignore' },
  ),
}));

const DEBIAN = '/usr/lib/postgresql';
const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).map((version) => join(DEBIAN, version, 'bin')) : [];

export const postgres: Server = server('postgres', versions, async (binary, folder, port) => {
  const options = { stdio: 'ignore', ...ordinaryUser(folder) } as const;
  const data = join(folder, 'data');
  const init = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
  execFileSync(join(binary, '..', 'initdb'), init, options);
  const run = ['-D', data, '-h', '127.0.0.1', '-p', `${port}`, '-k', folder, '-F'];
  const child = spawn(binary, run, options);
  // An adapter that connects while Postgres still starts can end the process: its pool has no error listener.
  const isReady = join(binary, '..', 'pg_isready');
  for (let tries = 0; tries < 200; tries++) {
    if (spawnSync(isReady, ['-q', '-h', '127.0.0.1', '-p', `${port}`]).status === 0) break;
    await sleep(50);
  }
  return { url: `postgresql://postgres@127.0.0.1:${port}/postgres`, child };
});

type Launch = (binary: string, folder: string, port: number) => Promise<{ url: string; child: ChildProcess }>;

function server(name: string, folders: string[], launch: Launch): Server {
  const binary = [...folders, ...(process.env.PATH ?? '').split(delimiter)]
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
  return {
    missing: binary ? '' : `${name} is not installed`,
    async start() {
      if (!binary) throw new Error(`${name} is not installed`);
      const folder = mkdtempSync(join(tmpdir(), `okta-connector-${name}-`));
      const { url, child } = await launch(binary, folder, await freePort());
      const gone = once(child, 'exit');
      return {
        url,
        async stop() {
          child.kill('SIGINT');
          await gone;
          rmSync(folder, { recursive: true, force: true });
        },
      };
    },
  };
}

/** Postgres refuses to run as root: then as the user that its package made. */
function ordinaryUser(folder: string): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, 'postgres'])));
  chownSync(folder, uid!, gid!);
  return { uid, gid };
}
