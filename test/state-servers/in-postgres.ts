import pg from 'pg';
import { afterAll, beforeAll, describe } from 'vitest';
import { postgres, type Server } from './servers.ts';

/** A Postgres of the tests of one file. */
export interface TestDatabase {
  url(): string;
  /** The place of a state in a schema: a new one if none is named. */
  place(schema?: string): string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the rows have.
  sql(text: string): Promise<any[]>;
}

/** Tests that need Postgres; skipped where it is missing, with a word about it. */
export function describeInPostgres(what: string, tests: (database: TestDatabase) => void): void {
  // .ci/run must have the servers: there, a missing one fails at its start.
  const left = process.env.REQUIRE_SERVERS ? '' : postgres.missing;
  if (left) console.warn(`Skipped: ${what}, because ${left}`);
  describe.skipIf(left)(`${what}${left && ` (${left})`}`, () => {
    let running: Awaited<ReturnType<Server['start']>>;
    let count = 0;
    beforeAll(async () => {
      running = await postgres.start();
    }, 20_000);
    afterAll(() => running?.stop());
    tests({
      url: () => running.url,
      place: (schema = `s${++count}`) => `${running.url}?schema=${schema}`,
      async sql(text) {
        const client = new pg.Client({ connectionString: running.url });
        await client.connect();
        try {
          return (await client.query(text)).rows;
        } finally {
          await client.end();
        }
      },
    });
  });
}
