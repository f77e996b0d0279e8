import { userNameFor } from '../../apps/app-store.ts';
import { isObject, type Json } from '../../json.ts';
import type { LogParty } from '../../system-log/event.ts';
import type { EventType } from '../../system-log/event-types.ts';
import { appParty, appUserParty, userParty } from '../../system-log/parties.ts';
import { defaultRealmId, type User } from '../../users/user.ts';
import { capabilitiesOf } from '../capabilities.ts';
import { type Desk, pageSize, remoteIdOf, resourcesOf } from './desk.ts';
import { noteDrift } from './drift.ts';
import { RemoteFailure } from './remote.ts';
import { mappedAttributes } from './user-resource.ts';

/** What an import found. Accounts that are not active do not count. */
export interface ImportReport {
  scanned: number;
  /** Accounts that are those of users now. */
  matched: number;
  /** Users that were made for accounts. */
  created: number;
  unchanged: number;
  /** User names that an admin would have to confirm. */
  unconfirmed: string[];
  groups: number;
}

interface MatchRules {
  exactMatchCriteria?: string;
  autoConfirmExactMatch?: boolean;
  autoConfirmNewUsers?: boolean;
  autoActivateNewUsers?: boolean;
}

/** Reads users, and groups if asked, page by page. @throws RemoteFailure */
export async function importFrom(desk: Desk, options: { groups: boolean }): Promise<ImportReport> {
  log(desk, 'system.import.start', []);
  try {
    const found = await importUsers(desk);
    const groups = options.groups ? await importGroups(desk) : 0;
    log(desk, 'system.import.complete', []);
    return { ...found, groups };
  } catch (error) {
    const reason = error instanceof RemoteFailure ? error.message : String(error);
    log(desk, 'system.import.complete', [], reason);
    throw error;
  }
}

async function importUsers(desk: Desk): Promise<Omit<ImportReport, 'groups'>> {
  const report = { scanned: 0, matched: 0, created: 0, unchanged: 0, unconfirmed: [] as string[] };
  const { app, org } = desk;
  const accounts: Json[] = [];
  for await (const account of pagesOf(desk, 'Users')) accounts.push(account);
  assertNotTooManyGone(desk, accounts);
  const { importRules } = capabilitiesOf(org.objects, app.id, 'INBOUND_PROVISIONING');
  const { userCreateAndMatch = {} } = (importRules ?? {}) as { userCreateAndMatch?: MatchRules };
  const known = new Set([...app.accounts.values()].map(({ externalId }) => externalId));
  for (const account of accounts) {
    if (account.active === false) continue;
    report.scanned += 1;
    const what = known.has(remoteIdOf(account)) ? 'unchanged' : take(desk, account, userCreateAndMatch);
    if (what === 'unconfirmed') report.unconfirmed.push(String(account.userName));
    else report[what] += 1;
    noteDrift(desk, account);
  }
  return report;
}

/** The safeguard of imports: one that would unassign more people than this share stops before it changes anything. */
const largestGoneShare = 0.2;

/** @throws RemoteFailure */
function assertNotTooManyGone(desk: Desk, accounts: readonly Json[]): void {
  const { app } = desk;
  const present = new Set(accounts.map(({ id }) => id));
  const gone = [...app.accounts.values()].filter(({ externalId }) => !present.has(externalId)).length;
  if (gone <= app.accounts.size * largestGoneShare) return;
  const reason = `${gone} of ${app.accounts.size} users of the app would be unassigned`;
  log(desk, 'system.import.roadblock', [], reason);
  throw new RemoteFailure(`The import was stopped: ${reason}`);
}

async function* pagesOf(desk: Desk, type: 'Users' | 'Groups'): AsyncGenerator<Json> {
  for (let startIndex = 1; ; startIndex += pageSize) {
    const answer = await desk.call('GET', `/${type}?startIndex=${startIndex}&count=${pageSize}`);
    const page = resourcesOf(answer);
    yield* page;
    const { totalResults = 0 } = answer as { totalResults?: number };
    if (page.length === 0 || startIndex + pageSize > totalResults) return;
  }
}

/** An account that is nobody's becomes that of the user with its name, or of a new user, as far as nobody has to confirm it. */
function take(desk: Desk, account: Json, rules: MatchRules): 'matched' | 'created' | 'unconfirmed' {
  const { org, app } = desk;
  const user = twinOf(desk, account, rules);
  if (!user && !rules.autoConfirmNewUsers) return 'unconfirmed';
  const isAssigned = user !== undefined && org.apps.assignmentOf(app, user) !== undefined;
  if (user && !isAssigned && !rules.autoConfirmExactMatch) return 'unconfirmed';
  const owner = user ?? create(desk, account, rules);
  const userName = String(account.userName);
  const written = JSON.stringify(mappedAttributes(userName, owner.profile));
  const standardName = userNameFor(app, owner);
  app.accounts.set(owner.id, { externalId: remoteIdOf(account), userName, standardName, written });
  const target = [appUserParty(app, owner, userName), appParty(app), userParty(owner)];
  log(desk, user ? 'system.import.user.match' : 'system.import.user.create', target);
  if (!isAssigned) {
    const now = org.clock.seconds();
    const times = { created: now, lastUpdated: now };
    app.users.put({ id: owner.id, scope: 'USER', ...times, userName, profile: {} });
    org.logEvent({ eventType: 'application.user_membership.add', fields: { target } });
  }
  return user ? 'matched' : 'created';
}

function twinOf({ org, app }: Desk, { userName, emails }: Json, rules: MatchRules): User | undefined {
  const isFree = (user: User | undefined) => user && !app.accounts.has(user.id);
  if (rules.exactMatchCriteria !== 'EMAIL') {
    const user = org.users.byLogin(String(userName));
    return isFree(user) ? user : undefined;
  }
  const email = emailOf(emails);
  for (const user of org.users.from()) if (user.profile.email === email && isFree(user)) return user;
  return undefined;
}

function emailOf(emails: unknown): unknown {
  const all = Array.isArray(emails) ? emails.filter(isObject) : [];
  return (all.find(({ primary }) => primary === true) ?? all[0])?.value;
}

function create({ org }: Desk, account: Json, { autoActivateNewUsers }: MatchRules): User {
  const now = org.clock.seconds();
  const { givenName, familyName } = isObject(account.name) ? account.name : ({} as Json);
  const login = String(account.userName);
  const begun = autoActivateNewUsers ? now : null;
  const user = org.saveUser({
    ...{ id: org.ids.next('00u'), status: autoActivateNewUsers ? 'PROVISIONED' : 'STAGED' },
    ...{ created: now, lastUpdated: now, activated: begun, statusChanged: begun },
    ...{ lastLogin: null, passwordChanged: null, typeId: org.defaultUserType().id },
    ...{ provider: 'IMPORT', realmId: defaultRealmId },
    profile: {
      ...{ login, email: emailOf(account.emails) ?? login },
      ...{ firstName: givenName ?? '', lastName: familyName ?? '' },
    },
  });
  org.logEvent({ eventType: 'user.lifecycle.create', fields: { target: [userParty(user)] } });
  return user;
}

/** The groups of the server become groups of the app; members are those whose accounts are known. */
async function importGroups(desk: Desk): Promise<number> {
  const { org, app } = desk;
  const owners = new Map([...app.accounts].map(([userId, { externalId }]) => [externalId, userId]));
  const known = new Map([...app.remoteGroups].map(([groupId, externalId]) => [externalId, groupId]));
  let count = 0;
  for await (const remote of pagesOf(desk, 'Groups')) {
    const externalId = remoteIdOf(remote);
    count += 1;
    const group = org.groups.get(known.get(externalId) ?? '') ?? addGroup(desk, String(remote.displayName));
    app.remoteGroups.set(group.id, externalId);
    const members = Array.isArray(remote.members) ? remote.members.filter(isObject) : [];
    const userIds = new Set(members.flatMap(({ value }) => owners.get(String(value)) ?? []));
    for (const id of [...group.members.from()]) if (!userIds.has(id)) group.members.delete(id);
    for (const id of userIds) group.members.add(id);
  }
  return count;
}

function addGroup({ org }: Desk, name: string) {
  const now = org.clock.seconds();
  return org.groups.put({
    ...{ id: org.ids.next('00g'), type: 'APP_GROUP', objectClass: ['okta:app_group'] },
    ...{ created: now, lastUpdated: now, lastMembershipUpdated: now, profile: { name } },
  });
}

function log({ org, app }: Desk, eventType: EventType, target: LogParty[], failure?: string): void {
  const outcome = failure === undefined ? {} : { outcome: { result: 'FAILURE', reason: failure } };
  org.logEvent({ eventType, fields: { target: target.length > 0 ? target : [appParty(app)], ...outcome } });
}
