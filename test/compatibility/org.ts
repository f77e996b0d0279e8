import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandLine, library, sandboxLibrary } from './current.ts';

/** When 0.1.0 began to write the fixtures, by its own clock. */
export const START = Date.UTC(2026, 1, 3, 10);
/** Where its sandbox listened. */
const WRITTEN_AT = '127.0.0.1:18484';

const FIXTURES = join(import.meta.dirname, '0.1.0');

/** The text of a fixture, as 0.1.0 wrote it. */
export const textOf = (name: string): string => readFileSync(join(FIXTURES, name), 'utf8');

/** A fixture that is JSON. */
// biome-ignore lint/suspicious/noExplicitAny: data of any shape
export const dataOf = (name: string): any => JSON.parse(textOf(name));

export const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
export const uuids = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, at) => uuid(from + at));

const users = Array.from({ length: 12 }, (_, n) => ({
  id: `00u${String(n).padStart(17, '0')}`,
  profile: {
    login: `user${n}@acme.test`,
    email: `user${n}@acme.test`,
    firstName: 'User',
    lastName: `No ${n}`,
  },
}));
const groups = [{ id: '00g00000000000000001', profile: { name: 'Sales' } }];
/** Events 1 to 1,500 of the hour before START, one in two seconds; every hundredth is the creation of a user. */
const history = uuids(1, 1_500).map((id, at) => ({
  uuid: id,
  eventType: (at + 1) % 100 === 0 ? 'user.lifecycle.create' : 'user.session.start',
  published: new Date(START - 3_600_000 + at * 2_000).toISOString(),
  target: [
    {
      ...{ id: users[at % 12]?.id, type: 'User', displayName: 'x' },
      alternateId: users[at % 12]?.profile.login,
    },
  ],
}));

type SignIn = Extract<library.Connection['auth'], { type: 'authorization_code' }>;

/** The org that 0.1.0 left, some time later. */
export class Org implements AsyncDisposable {
  readonly #sandbox: sandboxLibrary.Sandbox;
  readonly now: () => number;
  readonly folder = mkdtempSync(join(tmpdir(), 'okta-connector-0.1.0-'));

  private constructor(sandbox: sandboxLibrary.Sandbox, now: () => number) {
    this.#sandbox = sandbox;
    this.now = now;
  }

  /** @param at the org's time, milliseconds since the epoch. */
  static async open(at = START + 3_600_000): Promise<Org> {
    const offset = at - Date.now();
    const now = () => Date.now() + offset;
    const seed = join(mkdtempSync(join(tmpdir(), 'okta-connector-seed-')), 'org.json');
    writeFileSync(seed, JSON.stringify({ users, groups, events: history }));
    return new Org(await sandboxLibrary.startSandbox({ seed, now }), now);
  }

  get facts(): sandboxLibrary.Sandbox {
    return this.#sandbox;
  }

  get env(): Record<string, string> {
    return { OKTA_CLIENT_ORGURL: this.#sandbox.orgUrl, OKTA_CLIENT_TOKEN: this.#sandbox.apiToken };
  }

  /** A client whose clock is the org's. */
  client(options: library.ConnectOptions = {}): library.Client {
    const { orgUrl, apiToken: token } = this.#sandbox;
    const clock = {
      now: this.now,
      sleep: (ms: number, signal?: AbortSignal) => sleep(ms, undefined, { signal }),
    };
    return library.connect({ orgUrl, auth: { type: 'api_token', token } }, { clock, ...options });
  }

  /** A text of 0.1.0, about the org at the address that it has today. */
  moved(text: string): string {
    return text.replaceAll(WRITTEN_AT, new URL(this.#sandbox.orgUrl).host);
  }

  /** Puts a fixture into the folder of this org. @returns its path. */
  layOut(name: string): string {
    const path = join(this.folder, basename(name));
    copyFileSync(join(FIXTURES, name), path);
    writeFileSync(path, this.moved(readFileSync(path, 'utf8')));
    return path;
  }

  // biome-ignore lint/suspicious/noExplicitAny: answers of any shape
  async control(path: string, body?: unknown, method = 'POST'): Promise<any> {
    return this.#ask(`/__sandbox__/${path}`, body, method);
  }

  // biome-ignore lint/suspicious/noExplicitAny: Okta's objects
  async api(method: string, path: string, body?: unknown): Promise<any> {
    return this.#ask(path, body, method, { Authorization: `SSWS ${this.#sandbox.apiToken}` });
  }

  async #ask(path: string, body: unknown, method: string, headers: Record<string, string> = {}) {
    const response = await fetch(this.#sandbox.orgUrl + path, {
      ...{ method, headers: { 'Content-Type': 'application/json', ...headers } },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  /** Events that come after what 0.1.0 saw. */
  append(ids: string[], eventType: string, target?: object[]): Promise<unknown> {
    return this.control(
      'events',
      ids.map((id) => ({ uuid: id, eventType, target })),
    );
  }

  /** What was asked of a path, in order. */
  async sent(method: string, path: string): Promise<{ path: string; query: string; status: number }[]> {
    const query = new URLSearchParams({ method, path });
    return (await this.control(`requests?${query}`, undefined, 'GET')).requests;
  }

  /** The tokens of the administrator, who signs in without being asked. */
  async signIn(auth: SignIn): Promise<library.Tokens> {
    const connection = { orgUrl: this.#sandbox.orgUrl, auth };
    const pending = await library.startSignIn(connection);
    const back = await fetch(pending.url, { redirect: 'manual' });
    return library.completeSignIn(connection, pending, back.headers.get('location') ?? '');
  }

  run(args: string[], env: Record<string, string> = {}): Promise<Ended> {
    return runCommand(args, { ...this.env, ...env });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sandbox.close();
  }
}

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** The source is compiled for each command anew unless Node.js is told to keep it. */
const compiled = mkdtempSync(join(tmpdir(), 'okta-connector-compiled-'));

/** Runs the current command line to its end. */
export async function runCommand(args: string[], env: Record<string, string> = {}): Promise<Ended> {
  const child = spawn(process.execPath, [commandLine, ...args], {
    env: { PATH: process.env.PATH ?? '', NODE_COMPILE_CACHE: compiled, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended: Ended = { code: null, stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    ended.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    ended.stderr += text;
  });
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ ...ended, code }));
  });
}

/** The items that are there now. */
export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

/** Waits until it is so. */
export async function until(so: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    if (await so()) return;
    await sleep(20);
  }
  throw new Error('it did not become so within ten seconds');
}
