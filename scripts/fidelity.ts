/**
 * Measures how closely the sandbox answers as Okta did: replays recorded exchanges and compares the answers. `npm run fidelity`,
 * `-- --path /api/v1/zones` for the requests below a path, `--show 5` for examples of what differs, `--recording NAME` for one
 * recording, `--deep` to compare members of members too, `--json` for a program, `--recordings FOLDER` for other recordings than the shared ones.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { settingsOf } from './fidelity/org.ts';
import { pathTemplates } from './fidelity/paths.ts';
import { isHandMade, isRemoved, readRecordings, takesOf } from './fidelity/recordings.ts';
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
  },
});

async function measure(): Promise<void> {
  const recordings = [...readRecordings(values.recordings)].filter(
    ([name]) => values.recording === undefined || name === values.recording,
  );
  const real = recordings.filter(([, exchanges]) => !isHandMade(exchanges));
  const replayer = await Replayer.start(join(import.meta.dirname, 'fidelity/org.json'), values.deep);
  const templateOf = pathTemplates(shared);
  const outcomes: Outcome[] = [];
  try {
    for (const [name, exchanges] of real)
      for (const take of takesOf(name, exchanges))
        outcomes.push(...(await replayer.replay(take, settingsOf(take, templateOf))));
  } finally {
    await replayer.close();
  }
  const counted = outcomes.filter(({ path }) => path.startsWith(values.path));
  const byPath = Map.groupBy(
    counted,
    ({ method, path }) => `${method} ${templateOf(path.split('?')[0] as string)}`,
  );
  if (values.json) {
    const paths = [...byPath].map(([path, group]) => ({ path, ...agreementOf(group) }));
    console.log(JSON.stringify({ ...agreementOf(counted), paths }, undefined, 1));
    return;
  }
  console.log(tableOf(byPath));
  for (const example of examplesOf(counted, Number(values.show))) console.log(`\n${example}`);
  const removed = real.flatMap(([, exchanges]) => exchanges.filter(isRemoved)).length;
  console.log(
    `\n${real.length} recordings replayed; ${recordings.length - real.length} made by hand were left out,`,
  );
  console.log(`and ${removed} requests whose body was removed.\n\n${totalsOf(agreementOf(counted))}`);
}

if (existsSync(values.recordings)) await measure();
else console.log(`fidelity: nothing was compared, because there are no recordings in ${values.recordings}`);
