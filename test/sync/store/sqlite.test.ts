import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { sqliteStore } from '../../../src/sync/store/sqlite.ts';
import { storeContract } from './contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'okta-connector-store-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;

storeContract('SQLite', () => sqliteStore(join(folder, `${++count}.db`)));
