import type { OrgClock } from '../clock.ts';
import type { Credentials } from '../credentials.ts';
import type { Org } from '../org.ts';
import { SeededRandom } from '../random.ts';
import { addApp, assignGroup, baseOrg, day } from './base.ts';
import { inventPeople } from './invent.ts';
import { addSignIns } from './sign-ins.ts';

const userCount = 100_000;
const groupCount = 1_000;
const signIns = 2_000;
const signedIn = 500;
/** An org large enough for paging, rate limits and memory to matter. */
export function largeOrg(clock: OrgClock, credentials: Credentials): Org {
  const org = baseOrg(clock, credentials);
  const random = new SeededRandom(20_260_702);
  const size = { users: userCount - 1, groups: groupCount - 1, memberships: 2 * (userCount - 1) };
  const active = inventPeople(org, size, random).slice(0, signedIn);
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
