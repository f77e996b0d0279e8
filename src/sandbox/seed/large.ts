import type { OrgClock } from '../clock.ts';
import type { Credentials } from '../credentials.ts';
import type { Group } from '../groups/group-store.ts';
import type { Org } from '../org.ts';
import { SeededRandom } from '../random.ts';
import type { UserStatus } from '../users/user.ts';
import { addApp, addGroup, assignGroup, baseOrg, day, seedUser } from './base.ts';
import { person } from './people.ts';
import { addSignIns } from './sign-ins.ts';

const userCount = 100_000;
const groupCount = 1_000;
const signIns = 2_000;
const rare: UserStatus[] = [
  'STAGED',
  'PROVISIONED',
  'PASSWORD_EXPIRED',
  'LOCKED_OUT',
  'SUSPENDED',
  'DEPROVISIONED',
];

/** An org large enough for paging, rate limits and memory to matter. */
export function largeOrg(clock: OrgClock, credentials: Credentials): Org {
  const org = baseOrg(clock, credentials);
  const random = new SeededRandom(20_260_702);
  const groups = Array.from({ length: groupCount - 1 }, (_, i) =>
    addGroup(org, `Team ${String(i + 1).padStart(4, '0')}`),
  );
  const active = [];
  for (let n = 1; n < userCount; n++) {
    const status = random.next() < 0.9 ? 'ACTIVE' : random.pick(rare);
    const created = org.created - Math.floor(random.next() * 700) * day;
    const user = seedUser(org, status, person(random, n), { created });
    (groups[n % groups.length] as Group).members.add(user.id);
    random.pick(groups).members.add(user.id);
    if (status === 'ACTIVE' && active.length < 500) active.push(user);
  }
  const wiki = addApp(org, {
    name: 'bookmark',
    label: 'Company Wiki',
    signOnMode: 'BOOKMARK',
    settings: { app: { requestIntegration: false, url: 'https://wiki.example/' } },
  });
  assignGroup(wiki, org.groups.everyone, org.created - 30 * day);
  addSignIns(org, active, [wiki], signIns, random);
  return org;
}
