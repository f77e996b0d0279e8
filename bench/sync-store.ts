/**
 * Loads a directory into a store of its own process and says how long that took and how much memory it needed:
 * `node bench/sync-store.ts [PLACE] [USERS] [GROUPS] [MEMBERSHIPS]`. PLACE: a file that does not exist yet, `postgres://…` or
 * `memory`.
 */

import { statSync } from 'node:fs';
import { memoryStore } from '../src/sync/store/memory.ts';
import { openStore } from '../src/sync/store/open.ts';

const [place = 'memory', users = '100000', groups = '1000', memberships = '1000000'] = process.argv.slice(2);
const [USERS, GROUPS, MEMBERSHIPS] = [Number(users), Number(groups), Number(memberships)];
const [USER_PAGE, MEMBER_PAGE, BATCH] = [200, 1_000, 500];

const userId = (n: number) =>
  `00u${n.toString(36).padStart(5, '0')}${((n * 48_271) % 2_147_483_647).toString(36).padStart(9, 'x')}d7`;
const groupId = (n: number) => `00g${n.toString(36).padStart(15, '0')}d7`;

/** About 1.1 KB, like Okta's own. */
function rawUser(n: number, version = 0) {
  const id = userId(n);
  const time = new Date(1_600_000_000_000 + n * 37_000).toISOString();
  const name = `person.${n.toString(36)}`;
  const profile = {
    ...{
      city: `City ${n % 97}`,
      costCenter: `CC-${n % 311}`,
      countryCode: 'DE',
      department: `Department ${n % 43}`,
    },
    ...{
      displayName: `Person Number ${n} ${version}`,
      division: `Division ${n % 7}`,
      email: `${name}@example.com`,
    },
    ...{ employeeNumber: `${100_000 + n}`, firstName: `Person${n}`, lastName: `Number${(n * 31) % 9_973}` },
    ...{
      login: `${name}@example.com`,
      locale: 'de_DE',
      manager: userId((n * 7) % USERS),
      mobilePhone: `+49 170 ${n}`,
    },
    ...{
      organization: 'Example Company International',
      postalAddress: `${n % 200} Example Street, Building ${n % 9}`,
    },
    ...{ preferredLanguage: 'de', primaryPhone: `+49 30 ${n}`, secondEmail: `${name}@home.example.org` },
    ...{
      streetAddress: `${n % 200} Example Street`,
      timezone: 'Europe/Berlin',
      title: `Title of person ${n % 501}`,
    },
    ...{ userType: 'Employee', zipCode: `${10_000 + (n % 89_999)}`, notes: 'x'.repeat(180) },
  };
  const dates = { created: time, activated: time, statusChanged: time, lastUpdated: time };
  return { id, raw: JSON.stringify({ id, status: 'ACTIVE', ...dates, type: { id: 'oty1' }, profile }) };
}

const store = place === 'memory' ? memoryStore() : await openStore(place);
let peak = 0;
const timer = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage().rss);
}, 20);
const MB = 2 ** 20;
/** Time and CPU, in ms, that making the data took. */
let [paused, pausedCpu] = [0, 0];
const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};
const made = <T>(work: () => T): T => {
  const [start, cpu] = [performance.now(), cpuMs()];
  const result = work();
  paused += performance.now() - start;
  pausedCpu += cpuMs() - cpu;
  return result;
};
async function phase(name: string, work: () => Promise<unknown>): Promise<void> {
  const [start, cpu] = [performance.now(), cpuMs()];
  [paused, pausedCpu] = [0, 0];
  const result = await work();
  const ms = performance.now() - start - paused;
  const used = cpuMs() - cpu - pausedCpu;
  peak = Math.max(peak, process.memoryUsage().rss);
  console.log(
    `${name.padEnd(44)} ${ms.toFixed(0).padStart(7)} ms, ${used.toFixed(0).padStart(6)} of CPU  peak ${(peak / MB).toFixed(0)} MB  ${result ?? ''}`,
  );
}
const pages = (count: number, size: number) =>
  Array.from(
    { length: Math.ceil(count / size) },
    (_, page) => [page * size, Math.min(count, (page + 1) * size)] as const,
  );
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

await phase(`${USERS} users`, async () => {
  for (const [from, to] of pages(USERS, USER_PAGE)) {
    const page = made(() => range(from, to).map((n) => rawUser(n)));
    await store.transaction(async () => {
      await store.putUsers(page, 1, 1);
      await store.set('crawl', { next: from });
    });
  }
});
await phase(`${GROUPS} groups`, async () => {
  for (const [from, to] of pages(GROUPS, USER_PAGE)) {
    const page = range(from, to).map((n) => ({
      ...{ id: groupId(n), raw: JSON.stringify({ id: groupId(n), profile: { name: `Group ${n}` } }) },
      ...{ mirrored: true, members: true },
    }));
    await store.putGroups(page, 1, 1);
  }
});
const perGroup = Math.ceil(MEMBERSHIPS / GROUPS);
const list = async (n: number, size: number) => {
  for (const [from, to] of pages(size, MEMBER_PAGE)) {
    const ids = made(() => range(from, to).map((i) => userId((i * 99_991 + n * 7_919) % USERS)));
    await store.addListed(groupId(n), ids, to < size ? `page ${to}` : undefined);
  }
  return store.endList(groupId(n), 1, 1);
};
await phase(`${MEMBERSHIPS} memberships`, async () => {
  for (let n = 0; n < GROUPS; n++) await list(n, Math.min(perGroup, USERS));
});
await phase('the same users again', async () => {
  for (const [from, to] of pages(USERS, USER_PAGE)) {
    const page = made(() => range(from, to).map((n) => rawUser(n)));
    await store.putUsers(page, 1, 2);
  }
});
await phase('telling users', async () => {
  for (;;) {
    const due = await store.dueUsers(1, BATCH);
    if (due.length === 0) break;
    await store.tellUsers(due.map(({ id, raw }) => ({ id, told: raw?.slice(0, 300), active: true })));
  }
});
await phase('telling groups', async () => {
  const due = await store.dueGroups(1, GROUPS);
  await store.tellGroups(due.map(({ id, raw }) => ({ id, told: raw })));
});
await phase('telling memberships', async () => {
  for (;;) {
    const due = await store.dueMembers(1, true, BATCH);
    if (due.length === 0) break;
    await store.tellMembers(due);
  }
});
await phase('nothing is due', async () => {
  const due = [await store.dueUsers(1, 1), await store.dueGroups(1, 1)];
  return [...due, await store.dueMembers(1, true, 1), await store.dueMembers(1, false, 1)].flat().length;
});
await phase('100 users differ, found and told', async () => {
  await store.putUsers(
    range(0, 100).map((n) => rawUser(n, 1)),
    2,
  );
  const due = await store.dueUsers(2, BATCH);
  await store.tellUsers(due.map(({ id, raw }) => ({ id, told: raw?.slice(0, 300), active: true })));
  return due.length;
});
await phase('one membership differs, found and told', async () => {
  await store.setMember(groupId(0), userId(5), !(await store.setMember(groupId(0), userId(5), false, 2)), 2);
  await store.setMember(groupId(0), userId(0), false, 2);
  const due = await store.dueMembers(2, false, 10);
  await store.tellMembers(due);
  return due.length;
});
await phase('a group of all users is listed', async () => {
  await store.putGroups([{ id: groupId(GROUPS), raw: '{}', mirrored: true, members: true }], 2);
  const { added } = await list(GROUPS, USERS);
  return added;
});
await phase('the same list again', async () => JSON.stringify(await list(GROUPS, USERS)));
await phase('counts', async () => JSON.stringify(await store.counts()));
await phase('missed by a third crawl', async () => {
  let count = 0;
  for (let after: string | undefined; ; ) {
    const missed = await store.missedUsers(3, 1_000, after);
    count += missed.length;
    after = missed.at(-1);
    if (!after) return count;
  }
});
if (place === 'memory') {
  await phase('toJSON', async () => `${(JSON.stringify(store).length / MB).toFixed(2)} MB`);
}
clearInterval(timer);
await store.close();
if (!place.includes(':') && place !== 'memory')
  console.log(`file ${(statSync(place).size / MB).toFixed(0)} MB`);
