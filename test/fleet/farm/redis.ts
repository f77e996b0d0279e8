import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../support/free-port.ts';

const binary = (process.env.PATH ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'redis-server'))
  .find(existsSync);

/** Empty when there is a redis-server on this machine. */
export const missingRedis = binary ? '' : 'redis-server is not installed';

/** A Redis that keeps its data as production would: AOF, synced every second. */
export class Redis {
  readonly url: string;
  readonly #folder: string;
  readonly #port: number;
  #child: ChildProcess | undefined;

  private constructor(folder: string, port: number) {
    [this.#folder, this.#port] = [folder, port];
    this.url = `redis://127.0.0.1:${port}`;
  }

  /** @param folder for its data, which must be empty. */
  static async start(folder: string): Promise<Redis> {
    const redis = new Redis(folder, await freePort());
    await redis.start();
    return redis;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Starts it again, with the data it had. */
  async start(): Promise<void> {
    if (!binary) throw new Error(missingRedis);
    const settings = {
      ...{ bind: '127.0.0.1', port: String(this.#port), dir: this.#folder, save: '' },
      ...{ appendonly: 'yes', appendfsync: 'everysec', 'maxmemory-policy': 'noeviction' },
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
    this.#child = spawn(binary, flags, { stdio: 'ignore' });
    for (let tries = 0; tries < 600; tries++) {
      if ((await this.ask('PING').catch(() => '')).startsWith('+PONG')) return;
      await sleep(50);
    }
    throw new Error('redis-server does not answer');
  }

  /** Like a crash: whatever has not reached the kernel is lost. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }

  /** The beginning of the answer to a command without spaces in its arguments. */
  async ask(command: string): Promise<string> {
    const socket = connect(this.#port, '127.0.0.1');
    try {
      socket.write(`${command}\r\n`);
      const [answer] = await once(socket, 'data');
      return String(answer);
    } finally {
      socket.destroy();
    }
  }
}
