import type { Ping, Store } from '../store.ts';
import { type Driver, IDS, listOf } from './driver.ts';

/** What is kept as JSON: named values, pings and the way out. */
export const valueMethods = (db: Driver) =>
  ({
    get: async <T>(name: string) => {
      const [row] = await db.all<{ value: string }>('SELECT value FROM meta WHERE name = $1', name);
      return row && (JSON.parse(row.value) as T);
    },
    async set(name, value) {
      if (value === undefined) await db.run('DELETE FROM meta WHERE name = $1', name);
      else {
        await db.run(
          `INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
          ...[name, JSON.stringify(value)],
        );
      }
    },
    async addPings(pings) {
      const last = new Map(pings.map((ping) => [ping.key, JSON.stringify(ping)]));
      await db.run(
        `INSERT INTO pings (key, value) SELECT page.value->>0, page.value->>1 FROM page($1) WHERE true
         ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
        JSON.stringify([...last]),
      );
    },
    async pings(limit) {
      const rows = await db.all<{ value: string }>('SELECT value FROM pings ORDER BY n LIMIT $1', limit);
      return rows.map(({ value }) => JSON.parse(value) as Ping);
    },
    async dropPings(keys) {
      await db.run(`DELETE FROM pings WHERE key IN (${IDS})`, listOf(keys));
    },
    async pushOut(batch) {
      await db.run('INSERT INTO out (value) VALUES ($1)', JSON.stringify(batch));
    },
    async firstOut() {
      const [row] = await db.all<{ value: string }>('SELECT value FROM out ORDER BY n LIMIT 1');
      return row && (JSON.parse(row.value) as unknown[]);
    },
    async dropOut() {
      await db.run('DELETE FROM out WHERE n = (SELECT min(n) FROM out)');
    },
  }) satisfies Partial<Store>;
