import type { OrgClock } from '../clock.ts';
import type { Credentials } from '../credentials.ts';
import type { Group } from '../groups/group-store.ts';
import type { Org } from '../org.ts';
import { SeededRandom } from '../random.ts';
import type { User, UserStatus } from '../users/user.ts';
import { addApp, addGroup, assignGroup, assignUser, baseOrg, day, seedUser } from './base.ts';
import { person } from './people.ts';
import { addSignIns } from './sign-ins.ts';

/** Number of users in each status, besides the administrator. */
const counts: [UserStatus, number][] = [
  ['ACTIVE', 12],
  ['STAGED', 2],
  ['PROVISIONED', 2],
  ['RECOVERY', 1],
  ['PASSWORD_EXPIRED', 2],
  ['LOCKED_OUT', 2],
  ['SUSPENDED', 2],
  ['DEPROVISIONED', 2],
];

const signIns = 40;

/** Two dozen users covering every status, a few groups and apps, and some days of sign-ins. */
export function smallOrg(clock: OrgClock, credentials: Credentials): Org {
  const org = baseOrg(clock, credentials);
  const random = new SeededRandom(20_260_701);
  const users = addUsers(org, random);
  const active = users.filter((user) => user.status === 'ACTIVE');
  const groups = addGroups(org);
  for (const [i, user] of users.entries()) (groups[i % groups.length] as Group).members.add(user.id);
  const [sales, engineering] = groups as [Group, Group];
  for (const user of active.slice(0, 5)) sales.members.add(user.id);

  const saml = addApp(org, {
    name: 'sandbox_crm_1',
    label: 'Acme CRM',
    signOnMode: 'SAML_2_0',
    settings: { signOn: samlSettings('https://crm.example/acs') },
  });
  const bookmark = addApp(org, {
    name: 'bookmark',
    label: 'Company Wiki',
    signOnMode: 'BOOKMARK',
    settings: { app: { requestIntegration: false, url: 'https://wiki.example/' } },
  });
  const retired = addApp(org, {
    name: 'bookmark',
    label: 'Old Intranet',
    signOnMode: 'BOOKMARK',
    status: 'INACTIVE',
    settings: { app: { requestIntegration: false, url: 'https://intranet.example/' } },
  });
  assignGroup(saml, sales, org.created - 20 * day);
  for (const user of active.slice(5, 8)) assignUser(saml, user, org.created - 10 * day);
  assignGroup(bookmark, engineering, org.created - 20 * day);
  assignUser(retired, active[0] as User, org.created - 10 * day);
  addSignIns(org, active, [saml, bookmark], signIns, random);
  return org;
}

function addUsers(org: Org, random: SeededRandom): User[] {
  let n = 0;
  return counts.flatMap(([status, count]) =>
    Array.from({ length: count }, () => {
      n += 1;
      const profile = {
        ...person(random, n),
        shirtSize: random.pick(['S', 'M', 'L']),
        badgeId: `B-${1000 + n}`,
      };
      const question = n === 1 ? { question: 'First car?', answer: 'Panda4x4' } : undefined;
      return seedUser(org, status, profile, { created: org.created - (40 - n) * day, question });
    }),
  );
}

/** The groups users can be added to, without Everyone and the imported group. */
function addGroups(org: Org): Group[] {
  const names = ['Sales', 'Engineering', 'Finance', 'Support', 'People', 'Contractors'];
  const groups = names.map((name) => addGroup(org, name, { description: `The ${name} team` }));
  addGroup(org, 'Directory staff', { type: 'APP_GROUP', description: 'Imported from a directory' });
  return groups;
}

function samlSettings(url: string) {
  return {
    defaultRelayState: '',
    ssoAcsUrl: url,
    recipient: url,
    destination: url,
    audience: new URL(url).origin,
    idpIssuer: `http://www.okta.com/\${org.externalKey}`,
    subjectNameIdTemplate: `\${user.userName}`,
    subjectNameIdFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
    responseSigned: true,
    assertionSigned: true,
    signatureAlgorithm: 'RSA_SHA256',
    digestAlgorithm: 'SHA256',
    honorForceAuthn: true,
    authnContextClassRef: 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
    requestCompressed: false,
    allowMultipleAcsEndpoints: false,
    acsEndpoints: [],
    attributeStatements: [],
  };
}
