import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox } from '../../../src/sandbox/index.ts';
import type { Change } from '../../../src/sync/change.ts';
import type { MappingInput } from '../../../src/sync/mapping/schema.ts';
import { Mirror } from '../../sync/support/mirror.ts';
import { randomOf } from '../random.ts';
import { TravelClock } from './clock.ts';
import { differences } from './expected.ts';
import { faultOf } from './incidents.ts';
import { Life } from './life.ts';
import { MAPPINGS } from './mappings.ts';
import { Org } from './org.ts';
import { fileState, memoryState, type State } from './state.ts';
import { Tap } from './tap.ts';
import { type Ask, type Ended, runCommand, runHere, type Scene } from './tick.ts';

const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000];
const RUNS = 24;
/** Longer than anything is late, waited for, or held back. */
const QUIET_MS = 11 * MINUTE;
/** A run reads again what changed so long before the last one: readings overlap, events are late and waited for. */
const REMEMBERED_MS = 25 * MINUTE;
/** The log, the users and the groups that changed; and what one deed can cost beside. */
const [IDLE_REQUESTS, REQUESTS_A_DEED] = [3, 2];
/** Within these, a run has what is new: some waits for the second reading of a group. */
const QUIET_RUNS = 8;

export interface Outcome {
  seed: number;
  runs: number;
  deeds: number;
  changes: number;
  repeated: number;
  held: number;
  requests: number;
  happened: Map<string, number>;
  wrong: string[];
}

/** Plays one seed. */
export async function simulate(
  seed: number,
  incidents: readonly string[],
  verbose = false,
): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'okta-sync-simulation-'));
  const clock = new TravelClock();
  const sandbox = await startSandbox({ now: clock.now });
  const tap = await Tap.open(sandbox.orgUrl);
  const run = new Run(seed, { folder, clock, org: new Org(sandbox), tap, incidents, verbose });
  try {
    await run.play();
  } catch (error) {
    run.outcome.wrong.push(`${(error as Error).stack}`);
  } finally {
    tap.close();
    await sandbox.close();
    rmSync(folder, { recursive: true });
  }
  return run.outcome;
}

interface Stage {
  folder: string;
  clock: TravelClock;
  org: Org;
  tap: Tap;
  incidents: readonly string[];
  verbose: boolean;
}

class Run {
  readonly outcome: Outcome;
  readonly #stage: Stage;
  readonly #mirror = new Mirror();
  readonly #random;
  readonly #kind;
  #mapping: MappingInput;
  readonly #scene: Scene;
  readonly #told: Change[] = [];
  #state: State;
  #scope: string[] | undefined;
  #life: Life | undefined;
  /** Whether the run before left changes behind that it had begun to tell. */
  #isLeft = false;
  /** When runs were through. */
  readonly #through: number[] = [];
  /** What was hidden or refused cannot be known from what changed. */
  #isUnsure = false;
  #hiddenFor = 0;
  /** After a role was narrowed by mistake: what `sync_held` advises. */
  #readsAll = false;

  constructor(seed: number, stage: Stage) {
    this.#stage = stage;
    this.#random = { life: randomOf(seed * 8), plan: randomOf(seed * 8 + 1), target: randomOf(seed * 8 + 2) };
    const counts = { runs: 0, deeds: 0, changes: 0, repeated: 0, held: 0, requests: 0 };
    this.outcome = { seed, ...counts, happened: new Map(), wrong: [] };
    this.#kind = MAPPINGS[seed % MAPPINGS.length] as (typeof MAPPINGS)[number];
    this.#state = seed % 4 === 3 ? memoryState() : fileState(stage.folder);
    this.#mapping = this.#kind.mapping;
    const { clientId, privateKey, keyId } = stage.org.sandbox.serviceApp;
    const scopes = ['okta.users.read', 'okta.groups.read', 'okta.logs.read', 'okta.apps.read'];
    this.#scene = {
      ...{ tap: stage.tap, clock: stage.clock, random: this.#random.target, mirror: this.#mirror },
      credential: { clientId, privateKey, keyId, scopes },
      tell: (change) => {
        if (this.#mirror.apply(change)) this.#told.push(change);
      },
    };
  }

  async play(): Promise<void> {
    const { clock } = this.#stage;
    const { plan, life } = this.#random;
    await this.#arrange();
    for (let i = 0; i < RUNS && this.outcome.wrong.length === 0; i += 1) {
      const pause = plan.next();
      if (pause < 0.02) clock.advance(100 * DAY);
      else if (pause < 0.05) clock.advance(8 * DAY);
      else if (pause < 0.15) clock.advance(3 * HOUR);
      else clock.advance(plan.pick([2 * SECOND, 20 * SECOND, MINUTE, 3 * MINUTE, 10 * MINUTE]));
      await this.#life?.go(Math.floor(life.next() ** 2 * 14));
      clock.advance(plan.pick([0, 0, 500, 5_000]));
      await this.#run();
    }
    await this.#show();
    if (this.outcome.wrong.length === 0) await this.#settle();
    this.outcome.deeds = this.#life?.deeds.length ?? 0;
    this.outcome.repeated = this.#mirror.repeated;
  }

  async #arrange(): Promise<void> {
    const { org, clock } = this.#stage;
    const { plan, life } = this.#random;
    const limits = (await org.control('GET', 'limits')) as Record<string, unknown>;
    await org.control(
      'PUT',
      'limits',
      Object.fromEntries(Object.keys(limits).map((name) => [name, 1_000_000])),
    );
    await org.control('PUT', 'settings', {
      searchLagMs: plan.pick([0, 0, 3_000]),
      ruleLagMs: plan.pick([0, 0, 3_000]),
      logLateMs: plan.pick([0, 0, 5_000, MINUTE, 9 * MINUTE]),
    });
    this.#stage.tap.pageSize = plan.pick([undefined, undefined, 3, 7]);
    const { groups, app } = this.#kind;
    const { groups: all } = await org.truth();
    const apps = await org.list<{ id: string; label: string }>('apps');
    if (groups) this.#scope = all.filter(({ profile }) => groups.includes(profile.name)).map(({ id }) => id);
    if (app) this.#scope = apps.filter(({ label }) => label === app).map(({ id }) => id);
    this.#life = new Life(org, { clock, random: life, kept: this.#scope ?? [] });
    await this.#life.look();
  }

  /** One run, with what happens to it, and what must hold afterwards. */
  async #run(): Promise<void> {
    const { org, incidents } = this.#stage;
    const { plan } = this.#random;
    const incident = plan.next() < 0.65 && incidents.length > 0 ? plan.pick(incidents) : 'nothing';
    const at = 1 + Math.floor(plan.next() ** 1.5 * 25);
    const batch = plan.pick([1, 5, 500]);
    if (incident === 'mapping changed') this.#mapping = changed(this.#mapping, this.outcome.runs);
    const ask: Ask = { batch, mapping: this.#mapping, maxLeavers: plan.pick(['10%', '40%', '100%']) };
    if (plan.next() < 0.07 || this.#readsAll) ask.full = true;
    if (plan.next() < 0.3 && this.#hiddenFor === 0 && !this.#readsAll) ask.confirmHeld = true;
    const fault = faultOf(incident, plan);
    if (fault) await org.control('POST', 'faults', fault);
    if (incident === 'killed at a request') ask.killAt = at;
    if (incident === 'killed after output' || incident === 'target fails') {
      const after = 1 + Math.floor(plan.next() ** 2 * 6);
      if (incident === 'target fails') ask.failAtBatch = after;
      else ask.killAfterBatch = after;
    }
    if (incident === 'target refuses') ask.refuses = plan.pick([0.1, 0.5, 1]);
    const work = this.#interruption(incident);
    if (work) ask.interrupt = { at, work };
    const isCommand = incident.startsWith('command line') && typeof this.#state.place === 'string';
    if (isCommand && incident === 'command line killed')
      Object.assign(ask, plan.next() < 0.3 ? { killAfterBatch: 1 } : { killAt: at });
    // Some members are read a second time later.
    const since = this.#through.at(-3);
    const ended = await this.#perform(ask, isCommand);
    this.#count(incident);
    if (incident === 'scope revoked') await this.#grant();
    if (this.#hiddenFor > 0) {
      this.#hiddenFor -= 1;
      if (this.#hiddenFor === 0) await this.#show();
    }
    if (incident === 'nothing') this.#expectFew(ended, since);
  }

  async #perform(ask: Ask, isCommand = false): Promise<Ended> {
    const { folder, tap, verbose } = this.#stage;
    const { outcome } = this;
    const mirror = this.#mirror;
    const active = mirror.active;
    const before = this.#told.length;
    mirror.nextProcess();
    const file = join(folder, 'mapping.json');
    writeFileSync(file, JSON.stringify(this.#mapping));
    const ended = isCommand
      ? await runCommand(this.#scene, ask, this.#state, file)
      : await runHere(this.#scene, ask, this.#state);
    this.#state = ended.state;
    await this.#stage.org.control('DELETE', 'faults');
    outcome.runs += 1;
    outcome.requests += tap.requests.length;
    const changes = this.#told.slice(before);
    outcome.changes += changes.length;
    if (verbose) {
      const { mapping: _, interrupt: __, ...asked } = ask;
      const { state: ___, ...came } = ended;
      const counts = { changes: changes.length, requests: tap.requests.length };
      console.error(JSON.stringify({ run: outcome.runs, isCommand, ...asked, ...came, ...counts }));
      if (process.env.DEBUG) for (const one of tap.requests) console.error(`    ${decodeURIComponent(one)}`);
    }
    outcome.wrong.push(...mirror.wrong.splice(0));
    await this.#judge(ask, ended, changes, active);
    if (ended.end === 'sync_held') outcome.held += 1;
    if (ended.end === undefined && ended.mode === 'full' && this.#hiddenFor === 0) this.#readsAll = false;
    if (ended.end === undefined) this.#through.push(this.#stage.clock.now());
    if (this.#life) this.#life.mayRenameKept = this.#through.length > 0;
    this.#isLeft = ended.end !== undefined && ended.end !== 'sync_held';
    // Nothing goes wrong with a command line but its end.
    if (ended.end === 'unknown' && this.#hiddenFor === 0) outcome.wrong.push(`ended: ${ended.message}`);
    const isExpected = [undefined, 'killed', 'sync_held', 'rows_failed'].includes(ended.end);
    if (!isExpected) this.#count(`run ended with ${ended.end}`);
    return ended;
  }

  /** Nobody who is there is told as gone; nothing is told of what is held; nobody leaves beyond the limit. */
  async #judge(ask: Ask, ended: Ended, changes: Change[], active: number): Promise<void> {
    const { org, clock } = this.#stage;
    const complain = (text: string) => this.outcome.wrong.push(`run ${this.outcome.runs}: ${text}`);
    if (ended.end === 'sync_held' && changes.length > 0 && !this.#isLeft)
      complain(`held, but ${changes.length} changes were told, the first is ${JSON.stringify(changes[0])}`);
    const leavers = changes.filter(
      ({ kind, before }) =>
        kind === 'user.deactivated' || (kind === 'user.deleted' && before?.active === true),
    );
    const most = Math.max(1, Math.floor((active * Number.parseFloat(String(ask.maxLeavers))) / 100));
    if (!ask.confirmHeld && !this.#isLeft && leavers.length > most)
      complain(`${leavers.length} left without a confirmation; ${most} may`);
    const deleted = changes.filter(({ kind }) => kind === 'user.deleted');
    if (deleted.length === 0 || this.#hiddenFor > 0 || this.#isLeft) return;
    const there = new Set((await org.truth()).users.map(({ id }) => id));
    for (const { key } of deleted)
      if ('userId' in key && there.has(key.userId)) complain(`${key.userId} is not deleted (${clock.now()})`);
  }

  /** Requests are bounded by what changed, not by the size of the org. */
  #expectFew({ mode, end }: Ended, since = 0): void {
    const { tap, clock } = this.#stage;
    if (mode !== 'delta' || end !== undefined || this.#isUnsure || tap.pageSize) return;
    const first = Math.min(since, clock.now()) - REMEMBERED_MS;
    const deeds = this.#life?.deeds.filter((at) => at >= first).length ?? 0;
    const most = IDLE_REQUESTS + REQUESTS_A_DEED * deeds;
    this.#count('run whose requests were judged');
    if (tap.requests.length > most)
      this.outcome.wrong.push(`run ${this.outcome.runs}: ${tap.requests.length} requests for ${deeds} deeds`);
  }

  #interruption(incident: string): (() => Promise<void>) | undefined {
    const { org } = this.#stage;
    const { plan, life } = this.#random;
    if (incident === 'life goes on')
      return async () => {
        await this.#life?.go(1 + Math.floor(life.next() * 8));
      };
    if (incident === 'scope revoked') {
      const scope = plan.pick(this.#scene.credential.scopes);
      return async () => {
        const path = `apps/${org.sandbox.serviceApp.clientId}/grants`;
        const grants = await org.list<{ id: string; scopeId: string }>(path);
        const grant = grants.find(({ scopeId }) => scopeId === scope);
        if (!grant) return;
        await org.call('DELETE', `${path}/${grant.id}`);
        await org.control('POST', 'tokens/revoke', {});
        this.#isUnsure = true;
      };
    }
    if (incident !== 'hidden') return undefined;
    const hiddenStatus = plan.pick([403, 404]);
    const share = plan.next();
    this.#hiddenFor = 1 + Math.floor(plan.next() * 3);
    return async () => {
      const { groups } = await org.truth();
      const seen = groups.filter(({ type }) => type !== 'BUILT_IN' && plan.next() < share);
      const visibleGroups = seen.map(({ id }) => id).join() || 'none';
      await org.control('PUT', 'settings', { visibleGroups, hiddenStatus });
      this.#isUnsure = true;
      this.#readsAll = true;
    };
  }

  async #grant(): Promise<void> {
    const { org } = this.#stage;
    const path = `apps/${org.sandbox.serviceApp.clientId}/grants`;
    for (const scopeId of this.#scene.credential.scopes)
      await org.call('POST', path, { scopeId, issuer: org.sandbox.orgUrl });
    await org.control('POST', 'tokens/revoke', {});
  }

  async #show(): Promise<void> {
    this.#hiddenFor = 0;
    await this.#stage.org.control('PUT', 'settings', { visibleGroups: '' });
  }

  /** Nothing happens any more: the mirror must become as the org is, and then nothing more may be told. */
  async #settle(): Promise<void> {
    const { clock, org, verbose } = this.#stage;
    const mapping = this.#mapping;
    const ask: Ask = { batch: 500, mapping, maxLeavers: '10%' };
    const told = () => this.#told.length;
    // What was hidden or could not be read is found by reading everything.
    let next: Partial<Ask> = this.#isUnsure ? { full: true } : {};
    this.#readsAll = false;
    let isQuiet = false;
    this.#stage.tap.pageSize = undefined;
    clock.advance(HOUR + QUIET_MS);
    for (let i = 0; i < QUIET_RUNS && !isQuiet; i += 1) {
      const before = told();
      const { end, failed, message } = await this.#perform({ ...ask, ...next });
      if (end !== undefined && end !== 'sync_held')
        this.outcome.wrong.push(`in the quiet: ${end} ${message}`);
      isQuiet = i > 0 && end === undefined && failed === 0 && told() === before;
      next = { confirmHeld: end === 'sync_held', full: end === 'sync_held' && next.full === true };
      clock.advance(QUIET_MS);
    }
    if (!isQuiet) this.outcome.wrong.push(`no quiet after ${QUIET_RUNS} runs`);
    const truth = await org.truth();
    const wrong = differences(this.#mirror, truth, { mapping, scope: this.#scope });
    this.outcome.wrong.push(...wrong);
    if (verbose && wrong.length > 0) console.error(wrong);
    if (wrong.length > 0) return;
    const before = told();
    const full = await this.#perform({ ...ask, full: true, confirmHeld: true });
    if (told() > before || full.end !== undefined)
      this.outcome.wrong.push(
        `reading everything told ${told() - before} changes more (${full.end}): ${JSON.stringify(this.#told[before])}`,
      );
    clock.advance(MINUTE);
    await this.#perform(ask);
    const idle = this.#stage.tap.requests.length;
    if (idle > 3) this.outcome.wrong.push(`${idle} requests although nothing changed`);
  }

  #count(what: string): void {
    const { happened } = this.outcome;
    happened.set(what, (happened.get(what) ?? 0) + 1);
  }
}

/** Every row is another one. */
const changed = (mapping: MappingInput, version: number): MappingInput => ({
  ...mapping,
  fields: { ...mapping.fields, version: { value: version } },
});
