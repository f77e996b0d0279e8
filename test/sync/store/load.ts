/** A process for the tests: loads into the store at this place until it is killed, and prints the number of each transaction. */

import { openStore } from '../../../src/sync/store/open.ts';
import { group, user } from './rows.ts';

const store = await openStore(process.argv[2] ?? '');
for (let n = 1; ; n++) {
  const ids = Array.from({ length: 50 }, (_, i) => `u${n}-${i}`);
  await store.transaction(async () => {
    await store.putUsers(
      ids.map((id) => user(id, 'x'.repeat(500))),
      0,
    );
    await store.putGroups([group(`g${n}`)], 0);
    await store.addListed(`g${n}`, ids, undefined);
    await store.endList(`g${n}`, n);
    await store.tellUsers(ids.map((id) => ({ id, told: 'told', active: true })));
    await store.pushOut([n]);
    await store.set('done', n);
  });
  process.stdout.write(`${n}\n`);
}
