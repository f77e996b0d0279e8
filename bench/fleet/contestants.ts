/** What polls the farm: the fleet as it is built, and the floor of any such program. */
import { execFile, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Farm } from '../../test/fleet/farm/farm.ts';
import { fleetFileFor } from '../../test/fleet/farm/fleet-file.ts';
import type { FloorOptions } from './floor.ts';

/** Polls that a worker has under way at most. */
const CONCURRENCY = 50;
/** With PROFILE=FOLDER, workers write a CPU profile there when they end. */
const { PROFILE } = process.env;
const PROFILED = PROFILE ? ['--cpu-prof', `--cpu-prof-dir=${PROFILE}`] : [];

/** undici's own. */
const USUAL_KEEP_MS = 4_000;

export interface Setting {
  redis: string;
  farm: Farm;
  everySeconds: number;
  /** Whether connections are kept from one poll to the next. */
  keeps: boolean;
  folder: string;
}

export interface Running {
  /** Of the worker. */
  pid: number;
  stop(): Promise<void>;
}

const CLI = process.env.FLEET_CLI ?? join(import.meta.dirname, '../../dist/cli.js');

async function floor({ redis, farm, everySeconds, keeps }: Setting): Promise<Running> {
  const child = fork(join(import.meta.dirname, 'floor.ts'), {
    ...{ env: environment(farm), execArgv: PROFILED },
  });
  const options: FloorOptions = {
    ...{ redis, orgs: farm.orgs, everyMs: everySeconds * 1_000, concurrency: CONCURRENCY },
    keepMs: keeps ? (everySeconds + 30) * 1_000 : USUAL_KEEP_MS,
  };
  child.send(options);
  await once(child, 'message');
  return { pid: child.pid as number, stop: () => ended(child) };
}

async function connector(setting: Setting): Promise<Running> {
  const { redis, farm, everySeconds, folder, keeps } = setting;
  // No org has events while it is measured, so the sink is never used.
  const sinks = { bus: { type: 'redis-stream', key: 'events' } };
  const file = fleetFileFor(farm, folder, { everySeconds, sinks, sinkOf: () => 'bus' });
  const env = environment(farm);
  await promisify(execFile)(process.execPath, [CLI, 'fleet', 'apply', file, '--redis', redis], { env });
  const flags = [
    '--redis',
    redis,
    '--concurrency',
    String(CONCURRENCY),
    ...(keeps ? ['--keep-sockets'] : []),
  ];
  const child = spawn(process.execPath, [...PROFILED, CLI, 'fleet', 'worker', ...flags], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return { pid: child.pid as number, stop: () => ended(child) };
}

const environment = ({ caFile }: Farm) => ({ ...process.env, NODE_EXTRA_CA_CERTS: caFile });

async function ended(child: ReturnType<typeof spawn>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}

export const contestants = { connector, floor };

export type Name = keyof typeof contestants;
