import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Sandbox } from '../../src/sandbox/index.ts';
import type { Disk } from './disk.ts';
import { signedMarker, WANTED } from './events.ts';

const CLI = join(import.meta.dirname, '../../dist/cli.js');
const STDERR_KEPT = 2_000;

export type Mode = 'poll' | 'hook' | 'stream';

export interface Delivered {
  id: string;
  eventType: string;
  marker: string;
  /** Its id in the state. */
  storedId: string;
  /** The process that wrote it: 0, 1, 2 ... */
  process: number;
}

/**
 * `poll --follow` or `listen`, as built, and the program behind it that reads its lines. It is killed and started again;
 * the lines of all its processes are gathered.
 */
export class Command {
  readonly delivered: Delivered[] = [];
  /** The last that was written to stderr. */
  stderr = '';
  /** How often a full disk was told of on stderr. */
  noticedFullDisk = 0;
  readonly #mode: Mode;
  /** When the process that runs was started, and whether it has said since that it listens. */
  #startedAt = 0;
  #listens = false;
  readonly #arguments: string[];
  readonly #environment: NodeJS.ProcessEnv;
  #child: ChildProcess;
  #closed: Promise<unknown> = Promise.resolve();
  #processes = 0;

  constructor(
    sandbox: Sandbox,
    mode: Mode,
    { disk, state, port }: { disk: Disk; state: string; port: number },
  ) {
    this.#mode = mode;
    const input = (more: object) => JSON.stringify({ eventTypes: WANTED, ...more });
    const listening = [
      ...['--public-url', `http://127.0.0.1:${port}/hook`, '--port', `${port}`],
      ...['--reconcile-interval', '100ms'],
    ];
    const own = {
      poll: ['poll', 'new_event', '--follow', '--interval', '25ms', '--input', input({})],
      hook: ['listen', 'new_event_instant', '--input', input({ reconcile: true }), ...listening],
      stream: ['listen', 'signal_received', 'reconcile=true', ...listening],
    }[mode];
    this.#arguments = [...disk.nodeArguments, CLI, ...own, '--state', state, '--timeout', '10'];
    this.#environment = {
      ...process.env,
      ...disk.environment,
      OKTA_CLIENT_ORGURL: sandbox.orgUrl,
      ...(mode === 'stream' ? serviceApp(sandbox) : { OKTA_CLIENT_TOKEN: sandbox.apiToken }),
    };
    this.#child = this.#start();
  }

  /** The process that runs: 0, 1, 2 ... */
  get process(): number {
    return this.#processes - 1;
  }

  /**
   * Whether the process that runs has begun to work: a state that cannot be used from the start is refused.
   * @param writtenAt when the state was written last, milliseconds since the epoch.
   */
  hasBegun(writtenAt: number): boolean {
    return this.#mode === 'poll' ? writtenAt > this.#startedAt : this.#listens;
  }

  /** @throws Error when the process has ended by itself. */
  assertAlive(): void {
    const { exitCode, signalCode } = this.#child;
    if (exitCode === null && signalCode === null) return;
    throw new Error(`the process ended with ${exitCode ?? signalCode}: ${this.stderr.trim().slice(-400)}`);
  }

  /** Stops reading: what the process writes fills the pipe, and then it must wait. */
  stall(): void {
    this.#child.stdout?.pause();
  }

  /** Reads again. @returns whether there was more to read than the pipe of this side holds. */
  resume(): boolean {
    const { stdout } = this.#child;
    if (!stdout?.isPaused()) return false;
    const isBehind = stdout.readableLength >= stdout.readableHighWaterMark;
    stdout.resume();
    return isBehind;
  }

  /** Kills the process; what is in the pipe is still read. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    this.resume();
    await this.#closed;
  }

  restart(): void {
    this.#child = this.#start();
  }

  #start(): ChildProcess {
    const number = this.#processes;
    this.#processes += 1;
    this.#startedAt = Date.now();
    this.#listens = false;
    const child = spawn(process.execPath, this.#arguments, {
      env: this.#environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (process.env.DEBUG) process.stderr.write(text);
      if (/ENOSPC|no space|disk is full/i.test(text)) this.noticedFullDisk += 1;
      if (text.includes('Okta verified')) this.#listens = true;
      this.stderr = (this.stderr + text).slice(-STDERR_KEPT);
    });
    this.#closed = once(child, 'close');
    let rest = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      // What a kill cut off is no line.
      rest = lines.pop() as string;
      for (const line of lines) this.delivered.push({ ...read(line), process: number });
    });
    return child;
  }
}

function read(line: string): Omit<Delivered, 'process'> {
  const { id, eventType, event, source, userId, occurredAt } = JSON.parse(line);
  if (source === undefined) return { id, eventType, marker: event.marker, storedId: id };
  const isLogged = source === 'log';
  return {
    id,
    eventType,
    marker: signedMarker(userId, occurredAt),
    storedId: isLogged ? `signal ${id}` : id,
  };
}

const serviceApp = ({ serviceApp: { clientId, privateKey, keyId } }: Sandbox): NodeJS.ProcessEnv => ({
  OKTA_CLIENT_AUTHORIZATIONMODE: 'PrivateKey',
  OKTA_CLIENT_CLIENTID: clientId,
  OKTA_CLIENT_PRIVATEKEY: privateKey,
  OKTA_CLIENT_KEYID: keyId,
  OKTA_CLIENT_SCOPES: 'ssf.manage ssf.read okta.logs.read',
});
