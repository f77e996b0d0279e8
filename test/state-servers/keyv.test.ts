import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.ts';
import { type KeyvAdapter, keyvStateStore } from '../../src/state/keyv.ts';
import { hold } from '../../src/state/lease.ts';
import { limitGroups, runProcesses } from '../support/budget-processes.ts';
import { postgres, redis, type Server } from './servers.ts';
import { type Kind, openStore } from './stores.ts';

const script = fileURLToPath(new URL('./process.ts', import.meta.url));
const clock = { now: Date.now, sleep: async () => {} };
const locked = { code: 'state_locked', retryable: true };

const sqlite: Server = {
  missing: '',
  async start() {
    const folder = mkdtempSync(join(tmpdir(), 'okta-connector-sqlite-'));
    return {
      url: join(folder, 'state.db'),
      stop: async () => rmSync(folder, { recursive: true, force: true }),
    };
  },
};

const DATABASES: [name: string, kind: Kind, server: Server][] = [
  ['KeyvRedis on a Redis server', 'redis', redis],
  ['KeyvPostgres on a Postgres server', 'postgres', postgres],
  ['a stand-in for KeyvSqlite (the same query method, over node:sqlite)', 'sqlite', sqlite],
];

for (const [name, kind, server] of DATABASES) {
  // .ci/run must have the servers: there, a missing one fails at its start.
  const left = process.env.REQUIRE_SERVERS ? '' : server.missing;
  if (left) console.warn(`Skipped: the state in ${name}, because ${left}`);

  describe.skipIf(left)(`${name}${left && ` (${left})`}`, () => {
    let running: Awaited<ReturnType<Server['start']>>;
    let opened: ReturnType<typeof openStore>;
    let key: string;
    beforeAll(async () => {
      running = await server.start();
      opened = await vi.waitFor(
        async () => {
          const asked = openStore(kind, running.url);
          await asked.store.get('ready').catch(async (error) => {
            await asked.close().catch(() => {});
            throw error;
          });
          return asked;
        },
        { timeout: 15_000, interval: 100 },
      );
    }, 20_000);
    afterAll(async () => {
      await opened?.close();
      await running?.stop();
    });
    beforeEach(() => {
      key = crypto.randomUUID();
    });

    it('writes only over what was expected', async () => {
      const { store } = opened;
      expect(await store.get(key)).toBeUndefined();
      expect(await store.compareAndSet(key, 'something', 'a')).toBe(false);
      expect(await store.compareAndSet(key, '', 'a')).toBe(false);
      expect(await store.get(key)).toBeUndefined();
      expect(await store.compareAndSet(key, undefined, 'a')).toBe(true);
      expect(await store.compareAndSet(key, undefined, 'b')).toBe(false);
      expect(await store.compareAndSet(key, 'A', 'b')).toBe(false);
      expect(await store.get(key)).toBe('a');
      expect(await store.compareAndSet(key, 'a', 'a')).toBe(true);
      expect(await store.compareAndSet(key, 'a', '')).toBe(true);
      expect(await store.compareAndSet(key, undefined, 'b')).toBe(false);
      expect(await store.get(key)).toBe('');
      expect(await store.compareAndSet(key, '', 'b')).toBe(true);
      expect(await store.get(`${key}2`)).toBeUndefined();
    });

    it('keeps any text and any key as they are', async () => {
      const { store } = opened;
      const odd = `${key}'; DROP TABLE keyv; -- $1 ? %_:*ü`;
      let before: string | undefined;
      for (const text of [
        `'"\\ $1 ? \n\r\t é 漢 🦊 \u0000 end`,
        '{"value":"x","expires":1}',
        'x'.repeat(2 ** 20),
      ]) {
        expect(await store.compareAndSet(odd, before, text)).toBe(true);
        expect(await store.get(odd)).toBe(text);
        before = text;
      }
    });

    it('lets one of many writers through', async () => {
      let before: string | undefined;
      for (const round of ['first', 'second']) {
        const texts = Array.from({ length: 10 }, (_, i) => `${round} ${i}`);
        const written = await Promise.all(texts.map((text) => opened.store.compareAndSet(key, before, text)));
        expect(written.filter(Boolean)).toHaveLength(1);
        before = await opened.store.get(key);
        expect(before).toBe(texts[written.indexOf(true)]);
      }
    });

    it('forgets a key after its time; writing without a time keeps it', async () => {
      const { store } = opened;
      expect(await store.compareAndSet(key, undefined, 'short', 200.5)).toBe(true);
      expect(await store.get(key)).toBe('short');
      expect(await store.compareAndSet(key, undefined, 'b')).toBe(false);
      expect(await store.compareAndSet(key, 'short', 'short', 300)).toBe(true);
      await sleep(400);
      expect(await store.get(key)).toBeUndefined();
      expect(await store.compareAndSet(key, 'short', 'b')).toBe(false);
      expect(await store.compareAndSet(key, undefined, 'new', 200)).toBe(true);
      expect(await store.compareAndSet(key, 'new', 'kept')).toBe(true);
      await sleep(300);
      expect(await store.get(key)).toBe('kept');
    });

    it('loses nothing that four processes write at the same time', async () => {
      const count = () =>
        promisify(execFile)(process.execPath, [
          ...['--disable-warning=ExperimentalWarning', script],
          ...[kind, running.url, '25'],
        ]);
      await Promise.all([count(), count(), count(), count()]);
      expect(await opened.store.get('n')).toBe('100');
    });

    it('carries a lease: one holder, whose value the next one finds', async () => {
      const first = await hold<string>(opened.store, key, clock);
      await expect(hold(opened.store, key, clock)).rejects.toMatchObject(locked);
      await first.save('value');
      await first.release();
      const second = await hold<string>(opened.store, key, clock);
      expect(second.value).toBe('value');
      await expect(first.save('late')).rejects.toMatchObject(locked);
      await second.release();
    });

    it('shares a rate budget between processes: together the share of a window, and no 429', async () => {
      const sandbox = await startSandbox();
      await limitGroups(sandbox, 200);
      const budget = { kind, url: running.url };
      const results = await runProcesses(sandbox, 2, { budget, runMs: 20_000, maxWaitMs: 1 });
      await sandbox.close();
      const sum = (numbers: number[]) => numbers.reduce((total, one) => total + one, 0);
      expect(sum(results.map(({ refused }) => refused))).toBe(0);
      expect(sum(results.map(({ answered }) => answered))).toBe(160);
      expect(results.flatMap(({ notices }) => notices)).toEqual([]);
    });

    it('puts its keys under okta-connector:', async () => {
      await opened.store.compareAndSet(key, undefined, 'a');
      expect(await opened.raw(`okta-connector:${key}`)).toBe(kind === 'redis' ? 'a' : '{"value":"a"}');
    });

    if (kind === 'redis') {
      it('keeps the namespaces of two adapters apart', async () => {
        const other = openStore(kind, running.url, 'other');
        await opened.store.compareAndSet(key, undefined, 'a');
        expect(await other.store.get(key)).toBeUndefined();
        expect(await other.store.compareAndSet(key, undefined, 'b')).toBe(true);
        expect(await opened.store.get(key)).toBe('a');
        await other.close();
      });
    }
  });
}

describe('a database that fails', () => {
  it.each([
    ['redis', 'redis://user:pass@127.0.0.1:1'],
    ['postgres', 'postgresql://user:pass@127.0.0.1:1/postgres'],
  ] as const)('%s: is told as an error that can be tried again, without the password', async (kind, url) => {
    const { store, close } = openStore(kind, url);
    const error = await store.get('k').catch((thrown) => thrown);
    expect(error).toMatchObject({ name: 'OktaError', ...locked });
    expect(JSON.stringify(error)).not.toContain('pass@');
    await close();
  });
});

describe('another adapter', () => {
  it.each([
    ['of another database', { opts: { dialect: 'mysql' }, query: async () => [] }],
    ['for Redis without getClient', { opts: { dialect: 'redis' }, query: async () => [] }],
    ['that is a Map', new Map()],
    ['that is none', undefined],
  ])('%s is refused', (_, adapter) => {
    expect(() => keyvStateStore(adapter as unknown as KeyvAdapter)).toThrow(
      expect.objectContaining({
        name: 'InputError',
        hint: expect.stringMatching(/KeyvRedis.*KeyvPostgres.*KeyvSqlite/),
      }),
    );
  });
});
