/**
 * Measures how closely the sandbox answers as Okta did: replays recorded exchanges and compares the answers. `npm run fidelity`,
 * `-- --path /api/v1/zones` for the requests below a path, `--show 5` for examples of what differs, `--recording NAME` for one
 * recording, `--deep` to compare members of members too, `--json` for a program, `--recordings FOLDER` for other recordings than
 * the shared ones, `--at-least 95` to fail if a smaller percentage of all calls is answered in the same shape.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { settingsOf } from './fidelity/org.ts';
import { pathTemplates } from './fidelity/paths.ts';
import { type Exchange, isHandMade, isRemoved, readRecordings, takesOf } from './fidelity/recordings.ts';
import { type Outcome, Replayer } from './fidelity/replay.ts';
import { agreementOf, examplesOf, tableOf, totalsOf } from './fidelity/report.ts';

const shared = join(import.meta.dirname, '../../shared/okta');
const { values } = parseArgs({
  options: {
    recordings: { type: 'string', default: join(shared, 'recordings') },
    recording: { type: 'string' },
    path: { type: 'string', default: '/' },
    show: { type: 'string', default: '0' },
    deep: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    'at-least': { type: 'string', default: '0' },
  },
});

type Recordings = [name: string, exchanges: Exchange[]][];

async function replayAll(recordings: Recordings, templateOf: (path: string) => string): Promise<Outcome[]> {
  const replayer = await Replayer.start(join(import.meta.dirname, 'fidelity/org.json'), values.deep);
  const outcomes: Outcome[] = [];
  try {
    for (const take of recordings.flatMap(([name, exchanges]) => takesOf(name, exchanges)))
      outcomes.push(...(await replayer.replay(take, settingsOf(take, templateOf))));
  } finally {
    await replayer.close();
  }
  return outcomes;
}

async function measure(): Promise<void> {
  const recordings = [...readRecordings(values.recordings)].filter(
    ([name]) => values.recording === undefined || name === values.recording,
  );
  const real = recordings.filter(([, exchanges]) => !isHandMade(exchanges));
  const templateOf = pathTemplates(shared);
  const outcomes = (await replayAll(real, templateOf)).filter(({ path }) => path.startsWith(values.path));
  const byPath = Map.groupBy(
    outcomes,
    ({ method, path }) => `${method} ${templateOf(path.split('?')[0] as string)}`,
  );
  const total = agreementOf(outcomes);
  if (values.json) {
    const paths = [...byPath].map(([path, group]) => ({ path, ...agreementOf(group) }));
    console.log(JSON.stringify({ ...total, paths }, undefined, 1));
  } else {
    const removed = real.flatMap(([, exchanges]) => exchanges.filter(isRemoved)).length;
    console.log(tableOf(byPath));
    for (const example of examplesOf(outcomes, Number(values.show))) console.log(`\n${example}`);
    console.log(
      `\n${real.length} recordings replayed. Left out: ${recordings.length - real.length} made by hand,`,
    );
    console.log(`${removed} requests whose body was removed.\n\n${totalsOf(total)}`);
  }
  const share = (100 * total.equalInShape) / total.calls;
  if (share >= Number(values['at-least'])) return;
  console.error(
    `fidelity: ${share.toFixed(1)} % of all calls are answered in the same shape, ${values['at-least']} % are expected`,
  );
  process.exitCode = 1;
}

if (existsSync(values.recordings)) await measure();
else console.log(`fidelity: nothing was compared, because there are no recordings in ${values.recordings}`);
