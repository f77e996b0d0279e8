/**
 * Proves the delivery guarantees with the built command line, polling, with an event hook and with a stream of signed events: events come late, out of order, twice and misshapen; the
 * log answers wrongly in many ways and tells wrong times; hooks and streams lose deliveries; the disk of the state gets full, the
 * reader of the lines is slow, and the process is killed, all at random moments. Every event must be delivered; twice
 * only what was in flight when a process was killed, and then with the same id.
 *
 *   npm run simulate -- --runs 300 --seed 1 [--jobs 3] [--disk tmpfs|preload] [--only 206,no uuid] [--patience 120]
 *
 * A failing seed is printed and reproduces with --runs 1 --seed N. `--only` leaves out all other incidents of the list at the
 * end; `--patience` is how many seconds nothing may arrive while something is missing.
 */
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import type { Mode } from './command.ts';
import { bestDiskKind, type DiskKind } from './disk.ts';
import { ODD } from './events.ts';
import { FAULTS } from './faults.ts';
import { FULL_DISK, INCIDENTS, isLong, KILL, type Outcome, SLOW, simulate } from './run.ts';

/** So many runs must have seen every fault: one that never strikes proves nothing. */
const ENOUGH_RUNS = 100;
/** So many long runs at the same time, beside the others. */
const LONG_JOBS = 4;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '3' },
    disk: { type: 'string' },
    only: { type: 'string' },
    patience: { type: 'string', default: '120' },
  },
});
const disk = (values.disk ?? bestDiskKind(tmpdir())) as DiskKind;
const incidents = values.only?.split(',') ?? INCIDENTS;
const unknown = incidents.filter((one) => !INCIDENTS.includes(one));
if (unknown.length > 0) throw new Error(`--only: ${unknown.join(', ')} is none of ${INCIDENTS.join(', ')}`);
const patienceMs = Number(values.patience) * 1_000;
const first = Number(values.seed);
const seeds = Array.from({ length: Number(values.runs) }, (_, at) => first + at);
const outcomes: Outcome[] = [];
const started = Date.now();

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

async function play(queue: number[]): Promise<void> {
  for (let seed = queue.shift(); seed !== undefined; seed = queue.shift()) {
    const outcome = await simulate(seed, { disk, incidents, patienceMs });
    outcomes.push(outcome);
    if (outcomes.length % 20 === 0) console.error(`${outcomes.length} runs done`);
    if (outcome.wrong.length > 0)
      console.error(`seed ${seed} (${outcome.mode}): ${[...new Set(outcome.wrong)].slice(0, 4).join('; ')}`);
  }
}
const inParallel = (queue: number[], jobs: number) =>
  Promise.all(Array.from({ length: jobs }, () => play(queue)));
await Promise.all([
  inParallel(
    seeds.filter((seed) => !isLong(seed)),
    Number(values.jobs),
  ),
  // They only wait for most of the time.
  inParallel(seeds.filter(isLong), LONG_JOBS),
]);

const sum = (of: (outcome: Outcome) => number) => outcomes.reduce((total, outcome) => total + of(outcome), 0);
const times = (what: string) => sum(({ happened }) => happened.get(what) ?? 0);
const listed = (names: readonly string[]) =>
  names.map((name) => `  ${name.padEnd(28)} ${times(name)}`).join('\n');
const modes = (mode: Mode) => outcomes.filter((one) => one.mode === mode).length;
const failed = outcomes.filter((outcome) => outcome.wrong.length > 0);
console.log(`
runs                           ${outcomes.length} (${modes('hook')} with an event hook, ${modes('stream')} with a stream of signed events, both with reconcile) in ${Math.round((Date.now() - started) / 1000)} s
events                         ${sum((one) => one.events)}, of which asked for ${sum((one) => one.wanted)}
answers of the log that went wrong
${listed(FAULTS)}
odd events that arrived
${listed(ODD)}
the machine (the disk: ${disk})
${listed([KILL, FULL_DISK, SLOW])}
lost                           ${sum((one) => one.lost)}
delivered again, same id       ${sum((one) => one.repeated)} (in flight at a kill)
${outcomes.length - failed.length} passed, ${failed.length} failed`);
if (failed.length > 0) {
  console.log(`reproduce: npm run simulate -- --runs 1 --seed ${failed[0]?.seed}`);
  process.exitCode = 1;
}
const never = incidents.filter((what) => times(what) === 0);
if (never.length > 0 && outcomes.length >= ENOUGH_RUNS) {
  console.log(`never happened, so this proves nothing about it: ${never.join(', ')}`);
  process.exitCode = 1;
}
