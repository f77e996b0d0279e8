/**
 * What a run costs in requests after few changes, in the sandbox: it answers and logs as Okta does. Prints a Delta. argv: users,
 * of whom all but one are in the largest group.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { library, sandboxEntry } from '../built.ts';

/** Requests of one run each. */
export interface Delta {
  /** Users in the org. */
  users: number;
  /** Nothing has changed. */
  quiet: number;
  /** 60 profiles changed, 20 users joined a group, 16 left one, 2 were deactivated and 2 deleted. */
  hundred: number;
  /** One user joined the largest group. */
  member: number;
}

const users = Number(process.argv[2]);
const folder = mkdtempSync(join(tmpdir(), 'bench-sync-'));
const seed = join(folder, 'seed.json');
const newcomer = '00u1bench00000000001';
writeFileSync(
  seed,
  JSON.stringify({
    users: [{ id: newcomer, created: '2026-01-01T00:00:00Z' }],
    invent: { users: users - 1, groups: 10, memberships: users - 1, largestGroup: users - 1 },
  }),
);
const { startSandbox } = await sandboxEntry();
const org = await startSandbox({ seed });
const { connect } = await library();
const client = connect({ orgUrl: org.orgUrl, auth: { type: 'api_token', token: org.apiToken } });
let told = 0;
const run = async (expected?: number): Promise<number> => {
  told = 0;
  const report = await client.sync({
    state: join(folder, 'state.db'),
    target: async (changes) => {
      told += changes.length;
    },
  });
  if (expected !== undefined && told !== expected)
    throw new Error(`${told} changes were told, not ${expected}`);
  return report.requests;
};

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${org.orgUrl}/api/v1/${path}`, {
    method,
    headers: { authorization: `SSWS ${org.apiToken}`, 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}

await run();
const quiet = await run(0);
const found = await call<{ id: string; profile: { name: string } }[]>('GET', 'groups?limit=200');
const idOf = (name: string) => found.find(({ profile }) => profile.name === name)?.id ?? '';
const [largest, small] = [idOf('Team 0001'), idOf('Team 0002')];
const membersOf = (id: string) => call<{ id: string }[]>('GET', `groups/${id}/users?limit=1000`);
const [members, others] = [await membersOf(small), await membersOf(idOf('Team 0003'))];
const rest = others.map(({ id }) => id).filter((id) => !members.some((one) => one.id === id));
const ids = (count: number) => rest.splice(0, count);
for (const id of ids(60)) await call('POST', `users/${id}`, { profile: { title: 'Changed' } });
for (const id of ids(20)) await call('PUT', `groups/${small}/users/${id}`);
for (const { id } of members.slice(0, 16)) await call('DELETE', `groups/${small}/users/${id}`);
const [first, second, third, fourth] = ids(4);
for (const id of [first, second]) await call('POST', `users/${id}/lifecycle/deactivate`);
for (const id of [third, fourth]) {
  // Deactivates first.
  for (let times = 0; times < 2; times++) await call('DELETE', `users/${id}`);
}
const hundred = await run();
await call('PUT', `groups/${largest}/users/${newcomer}`);
const member = await run(1);
console.log(JSON.stringify({ users, quiet, hundred, member } satisfies Delta));
process.exit(0);
