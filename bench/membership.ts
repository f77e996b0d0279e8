/**
 * 5,000 membership changes in the sandbox, whose buckets allow 600 requests per minute: each consists of a check whether the
 * user is already a member, and the change. Time runs SCALE times as fast for both the org and the contestant. Prints a
 * MembershipResult. argv: the name of the contestant.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Sandbox } from '../src/sandbox/index.ts';
import { library, sandboxEntry } from './built.ts';
import { type contestants, IN_FLIGHT } from './contestants.ts';

export interface MembershipResult {
  /** Number of group members at the end. */
  changes: number;
  /** Duration in minutes of the org's clock. */
  minutes: number;
  /** Lower bound in minutes of the org's clock: the windows that the bucket requires, of which the first starts immediately. */
  least: number;
  /** Number of 429 answers. */
  refused: number;
  /** Factor by which the clock was sped up. */
  scale: number;
}

/** Makes all changes. Calls `refused` for each 429 answer. */
type Job = (org: Sandbox, refused: () => void) => Promise<void>;

const SCALE = 10;
const CHANGES = 5_000;
const PER_MINUTE = 600;

const digits = (at: number) => String(at).padStart(11, '0');
const ids = Array.from({ length: CHANGES }, (_, at) => `00u1bench${digits(at)}`);
const groupId = `00g1bench${digits(0)}`;

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

async function forAll(work: (userId: string) => Promise<unknown>): Promise<void> {
  const rest = ids.values();
  const worker = async () => {
    for (const userId of rest) await work(userId);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
}

const connector: Job = async ({ orgUrl, apiToken }, refused) => {
  const { connect } = await library();
  const client = connect(
    { orgUrl, auth: { type: 'api_token', token: apiToken } },
    {
      ...{ clock, rateLimitShare: 1, concurrency: IN_FLIGHT },
      requestLog: ({ status }) => status === 429 && refused(),
    },
  );
  const inputs = ids.map((userId) => ({ userId, groupId }));
  for await (const { error } of client.bulk('add_user_to_group', inputs)) if (error) throw error;
};

const sdk: Job = async ({ orgUrl, apiToken }, refused) => {
  // biome-ignore lint/suspicious/noExplicitAny: the SDK's types do not know the testing option
  const okta = (await import('@okta/okta-sdk-nodejs')) as any;
  const client = new okta.Client({ orgUrl, token: apiToken, testing: { disableHttpsCheck: true } });
  client.requestExecutor.on('backoff', refused);
  // The SDK computes its waits from the org's headers, but waits in this machine's time.
  const { setTimeout } = globalThis;
  globalThis.setTimeout = ((run: () => void, ms = 0) => setTimeout(run, ms / SCALE)) as typeof setTimeout;
  await forAll(async (userId) => {
    let isMember = false;
    const groups = await client.userApi.listUserGroups({ userId });
    await groups.each((group: { id: string }) => {
      isMember ||= group.id === groupId;
    });
    if (!isMember) await client.groupApi.assignUserToGroup({ userId, groupId });
  });
};

/** Typical hand-written code: repeats a refused request once the window is over. */
const bare: Job = async ({ orgUrl, apiToken }, refused) => {
  const { Pool } = await import('undici');
  const pool = new Pool(orgUrl, { connections: IN_FLIGHT });
  const headers = { accept: 'application/json', authorization: `SSWS ${apiToken}` };
  async function request(method: 'GET' | 'PUT', path: string): Promise<string> {
    const { statusCode, headers: answer, body } = await pool.request({ method, path, headers });
    const text = await body.text();
    if (statusCode === 429) {
      refused();
      const ends = Number(answer['x-rate-limit-reset']) * 1_000 + 1_000;
      await clock.sleep(ends - Date.parse(String(answer.date)));
      return request(method, path);
    }
    if (statusCode >= 300) throw new Error(`${method} ${path}: ${statusCode}`);
    return text;
  }
  await forAll(async (userId) => {
    const groups = JSON.parse(await request('GET', `/api/v1/users/${userId}/groups`)) as { id: string }[];
    if (groups.some(({ id }) => id === groupId)) return;
    await request('PUT', `/api/v1/groups/${groupId}/users/${userId}`);
  });
};

if (import.meta.main) {
  const jobs: Record<keyof typeof contestants, Job> = { connector, sdk, bare };
  const job = jobs[process.argv[2] as keyof typeof jobs];
  const seed = join(mkdtempSync(join(tmpdir(), 'bench-')), 'seed.json');
  const groups = [{ id: groupId, profile: { name: 'Bench' } }];
  writeFileSync(seed, JSON.stringify({ users: ids.map((id) => ({ id })), groups }));
  const { startSandbox } = await sandboxEntry();
  const org = await startSandbox({ seed, now: clock.now });
  let refused = 0;
  const began = clock.now();
  await job(org, () => {
    refused += 1;
  });
  const minutes = (clock.now() - began) / 60_000;
  const found = await fetch(`${org.orgUrl}/api/v1/groups?q=Bench&expand=stats`, {
    headers: { authorization: `SSWS ${org.apiToken}` },
  });
  const [group] = (await found.json()) as [{ _embedded: { stats: { usersCount: number } } }];
  const changes = group._embedded.stats.usersCount;
  const least = Math.ceil(CHANGES / PER_MINUTE) - 1;
  console.log(JSON.stringify({ changes, minutes, least, refused, scale: SCALE } satisfies MembershipResult));
  process.exit(0);
}
