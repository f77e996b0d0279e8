import { cpSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { freePort } from '../support/free-port.ts';
import { entriesOf } from '../support/state-file.ts';
import { Command, type Mode } from './command.ts';
import { Disk, type DiskKind } from './disk.ts';
import { anEvent, aSignedEvent, ODD, SIGNED, type SimulatedEvent, WANTED } from './events.ts';
import { FAULTS, faultsOf, LONG_FAULTS, SHORT_FAULTS } from './faults.ts';
import { Judge } from './judge.ts';
import { type Random, streamsOf } from './random.ts';

const EVENTS = 1_000;
const READY_MS = 60_000;

/** What came of one seed. */
export interface Outcome {
  seed: number;
  mode: Mode;
  events: number;
  wanted: number;
  lost: number;
  repeated: number;
  /** How often each thing happened. A fault is counted when it struck, not when it was planned. */
  happened: Map<string, number>;
  wrong: string[];
}

export const KILL = 'process killed';
export const FULL_DISK = 'disk full';
export const SLOW = 'reader slower than a burst';

/** All that can happen in a run. */
export const INCIDENTS = [...FAULTS, ...ODD, KILL, FULL_DISK, SLOW];

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export interface Settings {
  disk: DiskKind;
  /** Which of them can happen. */
  incidents: readonly string[];
  /** How long nothing may arrive while something is missing. */
  patienceMs: number;
}

/** Whether a seed begins with a fault that makes the connector wait for a minute. */
export const isLong = (seed: number): boolean => seed % 25 < 2;

const MODES = ['stream', 'hook', 'poll'] as const;
const KINDS = /caep\/event-type\/(session-revoked|credential-change)$/;

/** Plays one seed: in turn with a stream of signed events, with an event hook, both with reconcile, and polling. */
export async function simulate(seed: number, settings: Settings): Promise<Outcome> {
  const mode = MODES[seed % MODES.length] as Mode;
  const counts = { events: 0, wanted: 0, lost: 0, repeated: 0 };
  const outcome: Outcome = { seed, mode, ...counts, happened: new Map(), wrong: [] };
  const folder = mkdtempSync(join(tmpdir(), 'okta-simulation-'));
  const sandbox = await startSandbox();
  const disk = new Disk(join(folder, 'disk'), settings.disk);
  const state = join(disk.folder, 'state.json');
  const random = streamsOf(seed);
  await control(sandbox, 'PUT', 'limits', { '/api/v1/logs': 1e6, '/api/v1': 1e6 });
  await control(sandbox, 'PUT', 'settings', {
    ...{ hookSeed: seed, hookShuffle: true, hookBatchDelayMs: 5, hookBatchSize: random.events.pick([1, 10]) },
    hookDuplicateRate: 0.2,
    hookDropRate: 0.1,
    hookLateMs: 100,
  });
  const command = new Command(sandbox, mode, { disk, state, port: await freePort() });
  try {
    await new Run(outcome, { ...{ sandbox, command, disk, state, random }, ...settings, disk }).play();
  } catch (error) {
    outcome.wrong.push((error as Error).message);
  } finally {
    await command.kill();
    await sandbox.close();
    if (outcome.wrong.length > 0) {
      for (const name of ['state.json', 'state.json-wal'])
        if (existsSync(join(disk.folder, name))) cpSync(join(disk.folder, name), join(folder, name));
    }
    disk.unmount();
    if (outcome.wrong.length === 0) rmSync(folder, { recursive: true });
    else console.error(`kept for a look: ${folder}`);
  }
  return outcome;
}

interface Scene extends Omit<Settings, 'disk'> {
  sandbox: Sandbox;
  command: Command;
  disk: Disk;
  state: string;
  random: ReturnType<typeof streamsOf>;
}

/** One seed while it is played. */
class Run {
  readonly #outcome: Outcome;
  readonly #scene: Scene;
  readonly #judge: Judge;
  readonly #faults: readonly string[];
  /** Of these one, at first. */
  #long: readonly string[];
  readonly #odd: readonly string[];
  /** The share of the events at which something happens next. */
  readonly #next: { kill: number; fault: number; full: number; burst: number };
  /** Ends what lasts for a while, at a time. */
  #full: { until: number; noticed: number } | undefined;
  #slowUntil: number | undefined;
  #fault: { kind: string; planned: number } | undefined;

  constructor(outcome: Outcome, scene: Scene) {
    this.#outcome = outcome;
    this.#scene = scene;
    const { random } = scene;
    this.#judge = new Judge((type) => (outcome.mode === 'stream' ? KINDS.test(type) : WANTED.includes(type)));
    const can = (names: readonly string[]) => names.filter((name) => scene.incidents.includes(name));
    this.#faults = can(SHORT_FAULTS);
    this.#long = isLong(outcome.seed) ? can(LONG_FAULTS) : [];
    this.#odd = can(ODD);
    const first = ({ next }: Random, share: number, names: readonly string[]) => {
      const at = next() * share;
      return names.length > 0 ? at : Number.POSITIVE_INFINITY;
    };
    this.#next = {
      kill: first(random.killer, 0.3, can([KILL])),
      fault: first(random.faults, 0.1, [...this.#faults, ...this.#long]),
      full: first(random.disk, 0.7, can([FULL_DISK])),
      burst: first(random.reader, 0.7, can([SLOW])),
    };
  }

  async play(): Promise<void> {
    const { command, random } = this.#scene;
    const { next } = random.events;
    const outcome = this.#outcome;
    await this.#ready();
    for (let progress = 0; outcome.events < EVENTS; progress = outcome.events / EVENTS) {
      command.assertAlive();
      const burst = progress >= this.#next.burst;
      if (burst) this.#slowDown(progress);
      await this.#append(burst ? 200 + Math.floor(next() * 200) : 1 + Math.floor(next() * 40));
      if (progress >= this.#next.fault) await this.#goWrong(progress);
      if (progress >= this.#next.full) this.#fill(progress);
      if (progress >= this.#next.kill) await this.#kill(progress);
      await sleep(next() * 150);
      this.#endWhatIsOver();
    }
    while (this.#full || this.#slowUntil) {
      await sleep(20);
      this.#endWhatIsOver();
    }
    await this.#settle();
  }

  /** The first start must be through before events count: from then on, none may be lost. */
  async #ready(): Promise<void> {
    const { sandbox, command, state } = this.#scene;
    const isStream = this.#outcome.mode === 'stream';
    const headers = { Authorization: `SSWS ${sandbox.apiToken}` };
    for (const until = Date.now() + READY_MS; Date.now() < until; await sleep(25)) {
      command.assertAlive();
      if (isStream && command.stderr.includes('Listening at')) return;
      if (isStream) continue;
      const answer = await fetch(`${sandbox.orgUrl}/api/v1/eventHooks`, { headers });
      const hooks = (await answer.json()) as { verificationStatus: string }[];
      const isPrimed = JSON.stringify(entriesOf(state)).includes('cursor');
      const isVerified = hooks.some((hook) => hook.verificationStatus === 'VERIFIED');
      if (isPrimed && (this.#outcome.mode === 'poll' || isVerified)) return;
    }
    throw new Error(`the process did not get ready: ${command.stderr.slice(-400)}`);
  }

  async #append(count: number): Promise<void> {
    const isStream = this.#outcome.mode === 'stream';
    const { events: random } = this.#scene.random;
    const events: SimulatedEvent[] = Array.from({ length: count }, () =>
      isStream ? aSignedEvent(random) : anEvent(random, this.#odd),
    );
    await control(
      this.#scene.sandbox,
      'POST',
      'events',
      events.map(({ body }) => body),
    );
    this.#outcome.events += count;
    for (const { marker, eventType, odd } of events) {
      if ((isStream ? SIGNED : WANTED).includes(eventType)) this.#judge.expect(marker, odd);
    }
  }

  /** Something else goes wrong with the log. What was planned before and did not strike yet is called off. */
  async #goWrong(progress: number): Promise<void> {
    const { sandbox, random } = this.#scene;
    await this.#callOff();
    const kinds = this.#long.length > 0 ? this.#long : this.#faults;
    this.#long = [];
    if (kinds.length === 0) return;
    const kind = random.faults.pick(kinds);
    const faults = faultsOf(kind, random.faults);
    for (const fault of faults) await control(sandbox, 'POST', 'faults', { path: '^/api/v1/logs', ...fault });
    this.#fault = { kind, planned: faults.reduce((sum, { times }) => sum + times, 0) };
    this.#next.fault = progress + random.faults.next() * 0.2;
  }

  async #callOff(): Promise<void> {
    const { sandbox } = this.#scene;
    const waiting = (await control(sandbox, 'GET', 'faults')) as { times: number }[];
    await control(sandbox, 'DELETE', 'faults');
    const left = waiting.reduce((sum, { times }) => sum + times, 0);
    if (this.#fault && left < this.#fault.planned) this.#count(this.#fault.kind);
    this.#fault = undefined;
  }

  /** The disk of the state gets full, once the process has begun to work. Some room may be left, in which a state does not end. */
  #fill(progress: number): void {
    const { disk, command, state, random } = this.#scene;
    const written = [state, `${state}-wal`].map((file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs);
    if (!command.hasBegun(Math.max(...written.map((time) => time ?? 0)))) return;
    disk.fill(4096 * Math.floor(random.disk.next() * 4));
    this.#full ??= { until: 0, noticed: command.noticedFullDisk };
    this.#full.until = Date.now() + 200 + random.disk.next() * 600;
    this.#next.full = progress + 0.3 + random.disk.next() * 0.5;
  }

  /** Who reads the lines stops for a while, and hundreds of events come. */
  #slowDown(progress: number): void {
    const { command, random } = this.#scene;
    command.stall();
    this.#slowUntil = Date.now() + 100 + random.reader.next() * 900;
    this.#next.burst = progress + 0.5 + random.reader.next() * 0.3;
  }

  #endWhatIsOver(): void {
    const { disk, command } = this.#scene;
    const now = Date.now();
    if (this.#full && now >= this.#full.until) {
      disk.free();
      if (command.noticedFullDisk > this.#full.noticed) this.#count(FULL_DISK);
      this.#full = undefined;
    }
    if (this.#slowUntil !== undefined && now >= this.#slowUntil) {
      if (command.resume()) this.#count(SLOW);
      this.#slowUntil = undefined;
    }
  }

  /** The next process must find room for its first write. */
  async #kill(progress: number): Promise<void> {
    if (this.#full) return;
    const { command, state, random } = this.#scene;
    await command.kill();
    this.#judge.killed(command.process, state);
    command.restart();
    this.#count(KILL);
    this.#next.kill = progress + 0.15 + random.killer.next() * 0.4;
  }

  async #settle(): Promise<void> {
    const { command, patienceMs } = this.#scene;
    const outcome = this.#outcome;
    await this.#callOff();
    for (let [at, lines] = [Date.now(), 0]; Date.now() < at + patienceMs; await sleep(50)) {
      command.assertAlive();
      if (this.#judge.missing(command.delivered).length === 0) break;
      if (command.delivered.length > lines) [at, lines] = [Date.now(), command.delivered.length];
    }
    // What would come twice comes now.
    await sleep(300);
    command.assertAlive();
    await command.kill();
    const verdict = this.#judge.judge(command.delivered);
    Object.assign(outcome, { wanted: verdict.expected, lost: verdict.lost, repeated: verdict.repeated });
    outcome.wrong.push(...verdict.wrong);
    if (verdict.lost > 0) outcome.wrong.push(`stderr: ${command.stderr.trim().slice(-400)}`);
    for (const odd of verdict.odd) this.#count(odd);
  }

  #count(what: string): void {
    const { happened } = this.#outcome;
    happened.set(what, (happened.get(what) ?? 0) + 1);
  }
}

async function control(sandbox: Sandbox, method: string, path: string, body?: unknown): Promise<unknown> {
  const headers = { 'Content-Type': 'application/json' };
  const answer = await fetch(`${sandbox.orgUrl}/__sandbox__/${path}`, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json().catch(() => undefined);
}
