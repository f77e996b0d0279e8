/** The contestants, and how each of them reads all users, groups and memberships. */
import { mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ndjsonTarget } from '../../src/sync/targets/ndjson.ts';
import { library } from '../built.ts';

/** What a contestant did. */
export interface Crawl {
  users: number;
  groups: number;
  memberships: number;
  /** Answers with 429. */
  refused: number;
  /** Until everything was read and saved; for those that only read, until the end. Seconds. */
  readSeconds: number;
  /** The same in CPU time of the whole process. */
  readCpuSeconds: number;
}

/** Seconds and CPU time since now. */
function stopwatch(): () => Pick<Crawl, 'readSeconds' | 'readCpuSeconds'> {
  const [cpu, started] = [process.cpuUsage(), performance.now()];
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    return { readSeconds: (performance.now() - started) / 1_000, readCpuSeconds: (user + system) / 1e6 };
  };
}

/** @param scale how many times as fast the clock of the org runs. */
export type Contestant = (orgUrl: string, scale: number) => Promise<Crawl>;

/** Lists of members read at the same time: as many as the engine reads. */
export const LISTS = 4;
const CONNECTION = { type: 'api_token' as const, token: 'bench' };

function scaledClock(scale: number) {
  const start = Date.now();
  return {
    now: () => start + (Date.now() - start) * scale,
    async sleep(ms: number, signal?: AbortSignal) {
      try {
        await delay(ms / scale, undefined, { signal });
      } catch (error) {
        throw signal?.reason ?? error;
      }
    },
  };
}

const connector: Contestant = async (orgUrl, scale) => {
  const { connect } = await library();
  let refused = 0;
  const client = connect(
    { orgUrl, auth: CONNECTION },
    {
      ...{ clock: scaledClock(scale), rateLimitShare: 1 },
      requestLog: ({ status }) => {
        if (status === 429) refused += 1;
      },
    },
  );
  const folder = mkdtempSync(join(tmpdir(), 'bench-sync-'));
  const state = join(folder, 'state.db');
  const nowhere = openSync('/dev/null', 'w');
  const elapsed = stopwatch();
  let read = elapsed();
  const report = await client.sync({
    state,
    target: ndjsonTarget(async (text) => void writeSync(nowhere, text)),
    onProgress({ phase }) {
      if (phase === 'members') read = elapsed();
    },
  });
  rmSync(folder, { recursive: true });
  const { users, groups, memberships } = report;
  return { users, groups, memberships, refused, ...read };
};

/** Works on all items, some at the same time. */
async function forAll<T>(
  items: Iterable<T>,
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const rest = items[Symbol.iterator]();
  const worker = async () => {
    for (let one = rest.next(); !one.done; one = rest.next()) await work(one.value);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** What code that only reads does: users, groups, then the members of each group. @param each calls `take` for each object. */
async function readAll(
  each: (path: string, take: (object: { id: string }) => void) => Promise<void>,
  atOnce: number,
): Promise<Omit<Crawl, 'refused'>> {
  const elapsed = stopwatch();
  const counts = { users: 0, groups: 0, memberships: 0 };
  const ids: string[] = [];
  await each('users', () => {
    counts.users += 1;
  });
  await each('groups', ({ id }) => {
    counts.groups += 1;
    ids.push(id);
  });
  await forAll(ids, atOnce, (id) =>
    each(`groups/${id}/users`, () => {
      counts.memberships += 1;
    }),
  );
  return { ...counts, ...elapsed() };
}

const sdk: Contestant = async (orgUrl, scale) => {
  // biome-ignore lint/suspicious/noExplicitAny: the SDK's types do not know the testing option
  const okta = (await import('@okta/okta-sdk-nodejs')) as any;
  const client = new okta.Client({ orgUrl, token: CONNECTION.token, testing: { disableHttpsCheck: true } });
  let refused = 0;
  client.requestExecutor.on('backoff', () => {
    refused += 1;
  });
  // The SDK computes its waits from the org's headers, but waits in this machine's time.
  const { setTimeout } = globalThis;
  globalThis.setTimeout = ((run: () => void, ms = 0) => setTimeout(run, ms / scale)) as typeof setTimeout;
  const read = await readAll(async (path, take) => {
    const [, groupId] = path.split('/');
    const collection = groupId
      ? await client.groupApi.listGroupUsers({ groupId, limit: 1_000 })
      : path === 'users'
        ? await client.userApi.listUsers({ limit: 200 })
        : await client.groupApi.listGroups({ limit: 200 });
    await collection.each(take);
  }, LISTS);
  return { ...read, refused };
};

/** The baseline: pages fetched, parsed and counted, nothing kept. */
const bare =
  (atOnce: number): Contestant =>
  async (orgUrl, scale) => {
    const { Pool } = await import('undici');
    const pool = new Pool(orgUrl, { connections: LISTS });
    const headers = { accept: 'application/json', authorization: `SSWS ${CONNECTION.token}` };
    const clock = scaledClock(scale);
    let refused = 0;
    async function pageAt(path: string) {
      for (;;) {
        const { statusCode, headers: answer, body } = await pool.request({ path, method: 'GET', headers });
        const page: unknown = JSON.parse(await body.text());
        if (statusCode === 200)
          return { page: page as { id: string }[], link: [answer.link].flat().join(', ') };
        if (statusCode !== 429) throw new Error(`GET ${path}: ${statusCode}`);
        refused += 1;
        const ends = Number(answer['x-rate-limit-reset']) * 1_000 + 1_000;
        await clock.sleep(ends - Date.parse(String(answer.date)));
      }
    }
    const read = await readAll(async (path, take) => {
      let next: string | undefined = `/api/v1/${path}?limit=${path.endsWith('/users') ? 1_000 : 200}`;
      while (next !== undefined) {
        const { page, link }: Awaited<ReturnType<typeof pageAt>> = await pageAt(next);
        for (const one of page) take(one);
        next = /<([^>]+)>; rel="next"/.exec(link)?.[1]?.slice(orgUrl.length);
      }
    }, atOnce);
    return { ...read, refused };
  };

export const contestants = { connector, sdk, bare: bare(LISTS), single: bare(1) };
export type Name = keyof typeof contestants;
