/**
 * Proves that a directory sync ends with what Okta has: people join, move, leave and come back, groups and rules change, the
 * log is late, answers are wrong, scopes and roles are taken away, and the process is killed, all at random moments. Nobody
 * who is there is told as gone, and nothing twice by one process.
 *
 *   npm run simulate:sync -- --runs 200 --seed 1 [--jobs 2] [--only 429,hidden] [--verbose]
 *
 * A failing seed is printed and reproduces with --runs 1 --seed N. `--only` leaves out all other incidents.
 */
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { INCIDENTS } from './sync/incidents.ts';
import { type Outcome, simulate } from './sync/run.ts';

/** So many runs must have seen every incident: one that never happens proves nothing. */
const ENOUGH_RUNS = 100;

interface Job {
  incidents: readonly string[];
  verbose: boolean;
}

async function work({ incidents, verbose }: Job): Promise<void> {
  parentPort?.on('message', async (seed: number) =>
    parentPort?.postMessage(await simulate(seed, incidents, verbose)),
  );
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '20' },
      seed: { type: 'string', default: '1' },
      jobs: { type: 'string', default: '2' },
      only: { type: 'string' },
      verbose: { type: 'boolean', default: false },
    },
  });
  const incidents: readonly string[] = values.only?.split(',') ?? INCIDENTS;
  const unknown = incidents.filter((one) => !(INCIDENTS as readonly string[]).includes(one));
  if (unknown.length > 0) throw new Error(`--only: ${unknown.join(', ')} is none of ${INCIDENTS.join(', ')}`);
  const first = Number(values.seed);
  const seeds = Array.from({ length: Number(values.runs) }, (_, at) => first + at);
  const started = Date.now();
  const outcomes: Outcome[] = [];
  const job: Job = { incidents, verbose: values.verbose };
  const play = async () => {
    const worker = new Worker(new URL(import.meta.url), { workerData: job });
    for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) {
      worker.postMessage(seed);
      const outcome = await new Promise<Outcome>((resolve, reject) => {
        worker.once('message', resolve);
        worker.once('error', reject);
      });
      worker.removeAllListeners('error');
      outcomes.push(outcome);
      if (outcomes.length % 20 === 0) console.error(`${outcomes.length} runs done`);
      if (outcome.wrong.length > 0)
        console.error(
          `seed ${seed}: ${outcome.wrong.length} wrong: ${outcome.wrong.slice(0, 3).join('\n  ')}`,
        );
    }
    await worker.terminate();
  };
  await Promise.all(Array.from({ length: Number(values.jobs) }, play));
  report(outcomes, incidents, (Date.now() - started) / 1000);
}

function report(outcomes: readonly Outcome[], incidents: readonly string[], seconds: number): void {
  const sum = (of: (outcome: Outcome) => number) => outcomes.reduce((total, one) => total + of(one), 0);
  const times = (what: string) => sum(({ happened }) => happened.get(what) ?? 0);
  const names = [...new Set([...incidents, ...outcomes.flatMap(({ happened }) => [...happened.keys()])])];
  const failed = outcomes.filter(({ wrong }) => wrong.length > 0).sort((a, b) => a.seed - b.seed);
  console.log(`
seeds                          ${outcomes.length} in ${Math.round(seconds)} s
runs of the sync               ${sum((one) => one.runs)}, of which held ${sum((one) => one.held)}
what happened in the org       ${sum((one) => one.deeds)}
requests                       ${sum((one) => one.requests)}
changes                        ${sum((one) => one.changes)}
told again, same id            ${sum((one) => one.repeated)} (in flight at a kill)
${names.map((name) => `  ${name.padEnd(28)} ${times(name)}`).join('\n')}
${outcomes.length - failed.length} passed, ${failed.length} failed`);
  if (failed.length > 0) {
    console.log(`reproduce: npm run simulate:sync -- --runs 1 --seed ${failed[0]?.seed}`);
    process.exitCode = 1;
  }
  const never = incidents.filter((what) => times(what) === 0);
  if (never.length > 0 && outcomes.length >= ENOUGH_RUNS) {
    console.log(`never happened, so this proves nothing about it: ${never.join(', ')}`);
    process.exitCode = 1;
  }
}

if (isMainThread) await main();
else await work(workerData as Job);
