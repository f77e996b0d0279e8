import { type Engine, IMMEDIATELY } from './engine.ts';
import { readAgain, unlessHidden } from './pings.ts';
import { rawUser } from './raw.ts';

const PAGE = 200;

/** Up to so many are looked at one by one, whatever the limit on leavers. */
const FEW = 25;

/** So many of those who were not seen are looked at in each run until they are told as gone. */
const SAMPLES = 3;

type Missed = (limit: number, after?: string) => Promise<string[]>;

/**
 * Looks at the users and groups that a full reading did not see. A few are proved one by one, since a list can be short for many
 * reasons. Many are taken as gone without a request each: then too many leave at once, and the run is held.
 * @param mostLeavers how many may leave without a confirmation.
 */
export async function readMissed(engine: Engine, mostLeavers: number): Promise<void> {
  const { store, scope, crawl } = engine;
  const most = Math.max(FEW, mostLeavers);
  const users: Missed = (limit, after) => store.missedUsers(crawl, limit, after);
  // Outside the scope, a user who was not seen has left the scope, not Okta.
  const drop = async (ids: string[]) => {
    if (scope === undefined) await store.dropUsers(ids, IMMEDIATELY);
  };
  await store.set('missed', await users(SAMPLES));
  await each(users, most, (id) => readAgain(engine, 'user', id), drop);
  if (scope !== undefined) await readGone(engine, most);
  const groups: Missed = (limit, after) => store.missedGroups(crawl, limit, after);
  await each(
    groups,
    most,
    (id) => readAgain(engine, 'group', id),
    (ids) => store.dropGroups(ids, IMMEDIATELY),
  );
}

/** Whether somebody is there whom a full reading did not see: then it was wrong, and everything must be read again. */
export async function isAnyoneBack(engine: Engine): Promise<boolean> {
  const { store, okta } = engine;
  for (const userId of (await store.get<string[]>('missed')) ?? []) {
    const found = await unlessHidden(engine, () => okta.find('/api/v1/users/{userId}', { userId }));
    if (found !== undefined && found !== 'hidden') return true;
  }
  return false;
}

/**
 * Users who are to be told as gone: an earlier reading did not find them, and was held. A reading of everybody would have found
 * them again if they are there; one of a scope does not see who left it.
 */
async function readGone(engine: Engine, most: number): Promise<void> {
  const { store, okta } = engine;
  let read = 0;
  for (let after: string | undefined; read < most; ) {
    const page = await store.dueUsers(okta.now(), PAGE, after);
    if (page.length === 0) return;
    after = page.at(-1)?.id;
    for (const { id } of page.filter(({ raw }) => raw === undefined).slice(0, most - read)) {
      read += 1;
      const found = await unlessHidden(engine, () => okta.find('/api/v1/users/{userId}', { userId: id }));
      if (found !== undefined && found !== 'hidden') await store.putUsers([rawUser(found)], IMMEDIATELY);
    }
  }
}

async function each(
  missed: Missed,
  most: number,
  prove: (id: string) => Promise<void>,
  drop: (ids: string[]) => Promise<void>,
): Promise<void> {
  const first = await missed(most + 1);
  if (first.length <= most) {
    for (const id of first) await prove(id);
    return;
  }
  for (let ids = first, after: string | undefined; ids.length > 0; ids = await missed(PAGE, after)) {
    after = ids.at(-1);
    await drop(ids);
  }
}
