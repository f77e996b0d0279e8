/**
 * 5,000 membership changes against the sandbox, whose bucket takes 600 a minute. Time runs SCALE times as fast, for the
 * org and for the connector alike. Prints `{ changes, minutes, least, refused }`.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { library, sandboxEntry } from './built.ts';

export interface MembershipResult {
  changes: number;
  /** Org minutes that it took. */
  minutes: number;
  /** Org minutes that nobody can be faster than: the windows that the bucket needs, the first of them at once. */
  least: number;
  /** Answers with 429. */
  refused: number;
  /** How many times as fast the clock ran. */
  scale: number;
}

const SCALE = 10;
const CHANGES = 5_000;
const PER_MINUTE = 600;

if (import.meta.main) {
  const start = Date.now();
  const clock = {
    now: () => start + (Date.now() - start) * SCALE,
    async sleep(ms: number, signal?: AbortSignal) {
      try {
        await delay(ms / SCALE, undefined, { signal });
      } catch (error) {
        throw signal?.reason ?? error;
      }
    },
  };
  const digits = (at: number) => String(at).padStart(11, '0');
  const ids = Array.from({ length: CHANGES }, (_, at) => `00u1bench${digits(at)}`);
  const groupId = `00g1bench${digits(0)}`;
  const seed = join(mkdtempSync(join(tmpdir(), 'bench-')), 'seed.json');
  writeFileSync(
    seed,
    JSON.stringify({
      users: ids.map((id) => ({ id })),
      groups: [{ id: groupId, profile: { name: 'Bench' } }],
    }),
  );
  const { startSandbox } = await sandboxEntry();
  const { connect } = await library();
  const org = await startSandbox({ seed, now: clock.now });
  let refused = 0;
  const client = connect(
    { orgUrl: org.orgUrl, auth: { type: 'api_token', token: org.apiToken } },
    {
      clock,
      rateLimitShare: 1,
      requestLog: ({ status }) => {
        if (status === 429) refused += 1;
      },
    },
  );
  const began = clock.now();
  let changes = 0;
  const inputs = ids.map((userId) => ({ userId, groupId }));
  for await (const { changed } of client.bulk('add_user_to_group', inputs)) if (changed) changes += 1;
  const result: MembershipResult = {
    changes,
    minutes: (clock.now() - began) / 60_000,
    least: Math.ceil(CHANGES / PER_MINUTE) - 1,
    refused,
    scale: SCALE,
  };
  console.log(JSON.stringify(result));
  process.exit(0);
}
