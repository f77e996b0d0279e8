/** A process for the tests: adds one to the number under `n`. argv: the kind of database, its address, how often. */

import { type Kind, openStore } from './stores.ts';

const [kind, url = '', times] = process.argv.slice(2);
const { store, close } = openStore(kind as Kind, url);
for (let done = 0; done < Number(times); ) {
  const before = await store.get('n');
  if (await store.compareAndSet('n', before, String(Number(before ?? 0) + 1))) done++;
}
await close();
