import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePort } from '../support/free-port.ts';

export interface N8nOptions {
  /** Where n8n is installed. */
  installed: string;
  userFolder: string;
  database: string;
  env?: Record<string, string>;
  /** Executes what another n8n puts into the queue, instead of having an editor and triggers. */
  isWorker?: boolean;
}

/** A real n8n on this machine, on the Node of the tests or that of N8N_NODE; it talks to nobody but the org of the test. */
export class N8n {
  readonly options: N8nOptions;
  readonly port: number;
  readonly url: string;
  log = '';
  #child: ChildProcess | undefined;

  private constructor(options: N8nOptions, port: number) {
    this.options = options;
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
  }

  static async create(options: N8nOptions): Promise<N8n> {
    return new N8n(options, await freePort());
  }

  async start(): Promise<void> {
    const { installed, userFolder, database, env, isWorker = false } = this.options;
    const { hostname, port, username, pathname } = new URL(database);
    this.log = '';
    const child = spawn(
      process.env.N8N_NODE ?? process.execPath,
      [join(installed, 'node_modules/n8n/bin/n8n'), isWorker ? 'worker' : 'start'],
      {
        cwd: userFolder,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          PATH: process.env.PATH ?? '',
          HOME: userFolder,
          N8N_USER_FOLDER: userFolder,
          N8N_PORT: String(this.port),
          N8N_LISTEN_ADDRESS: '127.0.0.1',
          N8N_EDITOR_BASE_URL: this.url,
          WEBHOOK_URL: this.url,
          N8N_ENCRYPTION_KEY: 'only-for-this-test',
          N8N_SECURE_COOKIE: 'false',
          N8N_RUNNERS_BROKER_PORT: String(await freePort()),
          ...env,
          N8N_DIAGNOSTICS_ENABLED: 'false',
          N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
          N8N_TEMPLATES_ENABLED: 'false',
          N8N_PERSONALIZATION_ENABLED: 'false',
          N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS: 'true',
          EXTERNAL_FRONTEND_HOOKS_URLS: '',
          DB_TYPE: 'postgresdb',
          DB_POSTGRESDB_HOST: hostname,
          DB_POSTGRESDB_PORT: port,
          DB_POSTGRESDB_USER: username,
          DB_POSTGRESDB_DATABASE: pathname.slice(1),
        },
      },
    );
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.log += text;
      });
    }
    const gone = once(child, 'exit').then(() => {
      throw new Error(`n8n ended:\n${this.log}`);
    });
    gone.catch(() => {});
    // Its health check says ready before it is.
    const ready = isWorker ? 'n8n worker is now ready' : 'Editor is now accessible';
    await Promise.race([gone, until(() => this.log.includes(ready), 300_000)]);
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** @param signal SIGKILL for a crash. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }
}

/** Waits until something is so. */
export async function until<T>(what: () => T | Promise<T>, ms = 15_000): Promise<NonNullable<T>> {
  for (const end = Date.now() + ms; ; ) {
    const found = await what();
    if (found) return found;
    if (Date.now() > end) throw new Error(`not within ${ms / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
