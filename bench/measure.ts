/** Runs one task of one contestant in its own process and prints the measurements as JSON. */
import { contestants, IN_FLIGHT } from './contestants.ts';
import { peakRssMb } from './peak-memory.ts';

/** `count` is the number of actions or list items. */
export interface Measured {
  count: number;
  seconds: number;
  cpuSeconds: number;
  peakRssMb: number;
}

export type Work = 'getUser' | 'addUserToGroup' | 'exportUsers' | 'readLog' | 'followLog';

if (import.meta.main) {
  const [name = '', work = '', orgUrl = '', total = ''] = process.argv.slice(2);
  const contestant = await contestants[name as keyof typeof contestants](orgUrl);
  const count = Number(total);
  const lists = {
    exportUsers: contestant.exportUsers,
    readLog: contestant.readLog,
    followLog: contestant.followLog ?? contestant.readLog,
  };
  const measured =
    work === 'getUser' || work === 'addUserToGroup'
      ? await manyTimes(contestant[work], count)
      : await timed(() => lists[work as keyof typeof lists](count));
  console.log(JSON.stringify(measured));
  process.exit(0);
}

async function manyTimes(once: () => Promise<unknown>, count: number): Promise<Measured> {
  const run = async (times: number) => {
    let begun = 0;
    const worker = async () => {
      for (; begun < times; ) {
        begun += 1;
        await once();
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
    return times;
  };
  // Warm-up, until V8 has compiled the hot code.
  await run(Math.min(count, 5_000));
  return timed(() => run(count));
}

async function timed(work: () => Promise<number>): Promise<Measured> {
  const cpu = process.cpuUsage();
  const started = performance.now();
  const count = await work();
  const seconds = (performance.now() - started) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  return { count, seconds, cpuSeconds: (user + system) / 1e6, peakRssMb: peakRssMb() };
}
