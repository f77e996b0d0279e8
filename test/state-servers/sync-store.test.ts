import { afterAll, beforeAll, describe, it } from 'vitest';
import { openStore } from '../../src/sync/store/open.ts';
import { storeContract } from '../sync/store/contract.ts';
import { compareAtRandom } from '../sync/store/random.ts';
import { postgres, type Server } from './servers.ts';

// .ci/run must have the servers: there, a missing one fails at its start.
const left = process.env.REQUIRE_SERVERS ? '' : postgres.missing;
if (left) console.warn(`Skipped: the snapshot in Postgres, because ${left}`);

describe.skipIf(left)(`the snapshot in Postgres${left && ` (${left})`}`, () => {
  let running: Awaited<ReturnType<Server['start']>>;
  let count = 0;
  const place = (schema = `s${++count}`) => `${running.url}?schema=${schema}`;
  beforeAll(async () => {
    running = await postgres.start();
  }, 20_000);
  afterAll(() => running?.stop());

  storeContract('Postgres', () => openStore(place()));

  it.each(Array.from({ length: 5 }, (_, seed) => seed))('answers as memory does, seed %i', async (seed) => {
    const store = await openStore(place());
    await compareAtRandom(seed, 50, store);
    await store.close();
  });
});
