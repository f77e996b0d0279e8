import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, it } from 'vitest';
import { sqliteStore } from '../../../src/sync/store/sqlite.ts';
import { storeContract } from './contract.ts';
import { compareAtRandom } from './random.ts';

const folder = mkdtempSync(join(tmpdir(), 'okta-connector-store-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;

storeContract('SQLite', () => sqliteStore(join(folder, `${++count}.db`)));

describe('SQLite and memory', () => {
  it.each(Array.from({ length: 20 }, (_, seed) => seed))('answer the same, seed %i', async (seed) => {
    const store = await sqliteStore(join(folder, `${++count}.db`));
    await compareAtRandom(seed, 50, store);
    await store.close();
  });
});
