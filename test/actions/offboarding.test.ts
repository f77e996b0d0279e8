import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../src/connect.ts';
import type { Transport } from '../../src/http/types.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { orgAt } from '../support/arrange.ts';
import { seeded } from '../support/seeded.ts';

/** `.ci/run` does a thousand. */
const RUNS = Number(process.env.OFFBOARDINGS ?? 30);
const AT_ONCE = 4;
const MOST_KILLS = 4;

const steps = [
  ...(['suspend', 'clear_sessions', 'universal_logout', 'remove_roles'] as const),
  ...(['reset_factors', 'remove_from_groups', 'unassign_apps', 'deactivate'] as const),
];
type Named = { id: string; name: string };

/** They have the same effect however often they are done, and Okta does not say whether it is left to do. */
const REPEATABLE = /\/sessions|global-token-revocation/;

let sandbox: Sandbox;
let org: ReturnType<typeof orgAt>;
beforeAll(async () => {
  sandbox = await startSandbox();
  org = orgAt({ orgUrl: sandbox.orgUrl, auth: { type: 'api_token', token: sandbox.apiToken } });
  const limits = await org.control('GET', '/limits');
  await org.control(
    'PUT',
    '/limits',
    Object.fromEntries(Object.keys(limits).map((name) => [name, 1_000_000])),
  );
  await org.control('PUT', '/settings', { deactivateDelayMs: 0 });
});
afterAll(async () => {
  org.close();
  await sandbox.close();
});

/** Somebody with groups, apps, a role and a factor. */
async function leaver(at: number) {
  const user = await org.user(`leaver${at}`);
  const groups = [await org.group(`Sales ${at}`), await org.group(`Alumni ${at}`)];
  for (const group of groups) await org.member(user, group);
  await org.app('Acme CRM', user);
  await org.app('Company Wiki', user);
  await org.api('POST', `/api/v1/users/${user.id}/roles`, { type: 'HELP_DESK_ADMIN' });
  const factor = { factorType: 'token:software:totp', provider: 'GOOGLE' };
  await org.api('POST', `/api/v1/users/${user.id}/factors`, factor);
  return { ...user, groups };
}

/** Sends requests until the process is killed: before one is sent, or before its answer is read. Nothing moves after that. */
function mortal(writes: Map<string, number>, after: number | undefined, early: boolean) {
  let sent = 0;
  let die = () => {};
  const death = new Promise<'killed'>((resolve) => {
    die = () => resolve('killed');
  });
  const never = () => new Promise<never>(() => {});
  const transport: Transport = async ({ method, url, headers, body }) => {
    sent += 1;
    const isLast = sent === after;
    if (isLast && early) {
      die();
      return never();
    }
    const answer = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
    const { pathname } = new URL(url);
    if (method !== 'GET' && answer.ok) {
      const key = `${method} ${pathname}`;
      writes.set(key, (writes.get(key) ?? 0) + 1);
    }
    if (isLast) {
      die();
      return never();
    }
    const text = await answer.text();
    return { status: answer.status, headers: Object.fromEntries(answer.headers), text };
  };
  return { transport, death };
}

/** One offboarding, killed some times. @returns what is wrong in the end. */
async function offboarding(seed: number): Promise<string[]> {
  const random = seeded(seed);
  const user = await leaver(seed);
  const [, alumni] = user.groups as [Named, Named];
  const writes = new Map<string, number>();
  const kills = Math.floor(random() * (MOST_KILLS + 1));
  for (let life = 0; life <= kills; life += 1) {
    const after = life < kills ? 1 + Math.floor(random() * 18) : undefined;
    const { transport, death } = mortal(writes, after, random() < 0.5);
    const auth = { type: 'api_token', token: sandbox.apiToken } as const;
    const client = connect({ orgUrl: sandbox.orgUrl, auth }, { transport });
    const input = { userId: user.login, steps, keepGroupIds: [alumni.id] };
    const done = await Promise.race([client.run('offboard_user', input), death]);
    client.close();
    if (done !== 'killed' && life === kills) expect(done.steps).toHaveLength(steps.length);
  }
  return [...twice(writes), ...(await left(user.id, alumni.id))];
}

const twice = (writes: Map<string, number>) =>
  [...writes].flatMap(([key, times]) =>
    times > 1 && !REPEATABLE.test(key) ? [`${times} times ${key}`] : [],
  );

async function left(id: string, kept: string): Promise<string[]> {
  const path = `/api/v1/users/${id}`;
  const { status } = await org.api('GET', path);
  const groups = await org.api('GET', `${path}/groups`);
  const own = groups.filter((one: { type: string }) => one.type === 'OKTA_GROUP');
  const rest = {
    roles: await org.api('GET', `${path}/roles`),
    factors: await org.api('GET', `${path}/factors`),
    apps: await org.api('GET', `/api/v1/apps?filter=${encodeURIComponent(`user.id eq "${id}"`)}`),
    groups: own.filter((one: { id: string }) => one.id !== kept),
  };
  return [
    ...(status === 'DEPROVISIONED' ? [] : [`the user is ${status}`]),
    ...(own.length === 1 ? [] : ['the group to keep is gone']),
    ...Object.entries(rest).flatMap(([what, list]) =>
      list.length > 0 ? [`${list.length} ${what} are left`] : [],
    ),
  ];
}

describe('H. offboarding', () => {
  it(`ends as it should, ${RUNS} times with kills at random requests, and does nothing twice`, async () => {
    const seeds = Array.from({ length: RUNS }, (_, at) => at + 1);
    const wrong: string[] = [];
    const work = async () => {
      for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift())
        for (const one of await offboarding(seed)) wrong.push(`seed ${seed}: ${one}`);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    expect(wrong).toEqual([]);
  }, 600_000);
});
