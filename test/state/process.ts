/**
 * A process for the tests of state. argv: what to do, and the file.
 *   hold   takes the lease of `k`, says so, and stays
 *   lock   takes the lock of the file, says so, and stays
 *   refuse locks the file without the rights of root, and says what came of it
 *   count  adds one to the number under `n`, as often as argv says
 */

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileStateStore } from '../../src/state/file.ts';
import { withFileLock } from '../../src/state/file-lock.ts';
import { hold } from '../../src/state/lease.ts';

const [what, file = '', times = '0'] = process.argv.slice(2);
const store = fileStateStore(file);
const stay = () => new Promise<never>(() => setInterval(() => {}, 1_000));

if (what === 'hold') {
  const held = await hold<string>(store, 'k', { now: Date.now, sleep: async () => {} });
  await held.save('from a process that died');
  console.log('held');
  await stay();
} else if (what === 'lock') {
  await withFileLock(file, async () => {
    console.log('locked');
    await stay();
  });
} else if (what === 'refuse') {
  // Loads everything while this process may read the clone, which can lie in a folder of root's alone.
  await withFileLock(join(tmpdir(), `okta-connector-${process.pid}`), async () => {});
  if (process.getuid?.() === 0) process.setuid?.(65_534);
  console.log(
    await withFileLock(file, async () => 'locked').catch((error: { message: string }) => error.message),
  );
} else {
  for (let done = 0; done < Number(times); ) {
    const before = await store.get('n');
    if (await store.compareAndSet('n', before, String(Number(before ?? 0) + 1))) done++;
  }
}
