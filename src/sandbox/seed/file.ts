import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { OrgClock } from '../clock.ts';
import type { Credentials } from '../credentials.ts';
import type { Org } from '../org.ts';
import { SeededRandom } from '../random.ts';
import { eventSchema, seedEvents } from '../system-log/append.ts';
import { digest } from '../users/password.ts';
import { userStatuses } from '../users/user.ts';
import { addApp, addGroup, assignGroup, assignUser, baseOrg, seedUser } from './base.ts';
import { inventPeople, sizeSchema } from './invent.ts';
import { person } from './people.ts';

const json = z.record(z.string(), z.unknown());
const list = z.array(z.string()).default([]);

const fileSchema = z.strictObject({
  users: z
    .array(
      z.strictObject({
        id: z.string().optional(),
        status: z.enum(userStatuses).default('ACTIVE'),
        profile: json.default({}),
        password: z.string().optional(),
        created: z.iso.datetime({ offset: true }).optional(),
        /** Names or ids of groups. */
        groups: list,
      }),
    )
    .default([]),
  groups: z
    .array(
      z.strictObject({
        id: z.string().optional(),
        type: z.enum(['OKTA_GROUP', 'APP_GROUP']).default('OKTA_GROUP'),
        profile: z.looseObject({ name: z.string() }),
      }),
    )
    .default([]),
  apps: z
    .array(
      z.strictObject({
        id: z.string().optional(),
        name: z.string().default('bookmark'),
        label: z.string(),
        signOnMode: z.string().default('BOOKMARK'),
        status: z.enum(['ACTIVE', 'INACTIVE']).default('ACTIVE'),
        settings: json.optional(),
        /** Logins or ids of users. */
        users: list,
        groups: list,
      }),
    )
    .default([]),
  events: z.array(eventSchema).default([]),
  invent: sizeSchema.optional(),
});

type SeedFile = z.infer<typeof fileSchema>;

/** Reads a seed file of partial objects and completes them with defaults. */
export async function readSeedFile(
  path: string,
): Promise<(clock: OrgClock, credentials: Credentials) => Org> {
  const seed = parse(path, await readFile(path, 'utf8'));
  return (clock, credentials) => {
    const org = baseOrg(clock, credentials);
    try {
      plant(org, seed);
    } catch (error) {
      throw new Error(`seed ${path}: ${(error as Error).message}`);
    }
    return org;
  };
}

function parse(path: string, text: string): SeedFile {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new Error(`seed ${path}: not JSON: ${(error as Error).message}`);
  }
  const parsed = fileSchema.safeParse(content);
  if (!parsed.success) throw new Error(`seed ${path}:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

function plant(org: Org, { users, groups, apps, events, invent }: SeedFile): void {
  const random = new SeededRandom(20_260_703);
  for (const { id, type, profile } of groups) addGroup(org, profile.name, { id, type, profile });
  users.forEach(({ id, status, profile, password, created, groups: memberships }, n) => {
    const invented = person(random, n + 1);
    const login = profile.login ?? profile.email ?? invented.login;
    const user = seedUser(
      org,
      status,
      { ...invented, login, email: login, ...profile },
      {
        ...(id ? { id } : {}),
        ...(created ? { created: Date.parse(created) } : {}),
        ...(password ? { password: digest(password) } : {}),
      },
    );
    for (const name of memberships) groupNamed(org, name).members.add(user.id);
  });
  for (const { users: assigned, groups: assignedGroups, ...rest } of apps) {
    const app = addApp(org, rest);
    for (const name of assigned) assignUser(app, userNamed(org, name), org.created);
    for (const name of assignedGroups) assignGroup(app, groupNamed(org, name), org.created);
  }
  if (invent) inventPeople(org, invent, random);
  seedEvents(org.log, events, org.clock.now());
}

function groupNamed(org: Org, name: string) {
  const group = org.groups.get(name) ?? [...org.groups.from()].find(({ profile }) => profile.name === name);
  if (!group) throw new Error(`there is no group ${name}`);
  return group;
}

function userNamed(org: Org, name: string) {
  const user = org.users.get(name) ?? org.users.byLogin(name);
  if (!user) throw new Error(`there is no user ${name}`);
  return user;
}
