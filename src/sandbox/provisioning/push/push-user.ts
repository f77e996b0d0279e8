import { type UserAssignment, userNameFor } from '../../apps/app-store.ts';
import type { Json } from '../../json.ts';
import { randomSecret } from '../../random.ts';
import { appParty, appUserParty, userParty } from '../../system-log/parties.ts';
import type { User } from '../../users/user.ts';
import { pushSwitches } from '../capabilities.ts';
import { type Desk, findRemote, isActive, pauseMs, readRemote, remoteIdOf } from './desk.ts';
import { RemoteFailure } from './remote.ts';
import { changedResource, mappedAttributes, newResource, patch } from './user-resource.ts';

/** How a push of a user is done; each is an event `application.provision.user.*`. */
type Doing = 'push' | 'sync' | 'push_profile' | 'reactivate' | 'deactivate' | 'push_okta_password';

/**
 * Makes a user's account in an app what the user's assignment asks for: created or found, written, or deactivated.
 * @param isForced whether what seems to be written already is written again.
 * @throws RemoteFailure
 */
export async function pushUser(desk: Desk, userId: string, isForced = false): Promise<void> {
  const { org, app } = desk;
  const user = org.users.get(userId);
  const assignment = user && org.apps.assignmentOf(app, user);
  const switches = pushSwitches(org.objects, app.id);
  const account = app.accounts.get(userId);
  if (account && !assignment) {
    if (switches.deactivate) await deactivate(desk, userId);
    app.accounts.delete(userId);
  } else if (assignment && isActive(user)) {
    if (!account && switches.create) await createOrMatch(desk, user, assignment);
    else if (account && switches.profile) await update(desk, user, assignment, isForced);
  }
}

/** Writes a new password. @throws RemoteFailure */
export async function pushPassword(desk: Desk, userId: string, password: string): Promise<void> {
  const { org, app, connection } = desk;
  const account = app.accounts.get(userId);
  const user = org.users.get(userId);
  const { password: isOn, oktaPassword } = pushSwitches(org.objects, app.id);
  if (!account || !user || !isOn) return;
  begin(desk, 'push_okta_password', user);
  const path = pathOf(account.externalId);
  const value = oktaPassword ? password : placeholder();
  if (connection.kind === 'NETWORK') {
    await desk.call('PATCH', path, patch({ op: 'replace', value: { password: value } }));
    return;
  }
  const remote = await readRemote(desk, path, noUser(account.externalId));
  await desk.pause(pauseMs.beforeReplace);
  await replace(desk, account.externalId, { ...remote, password: value });
}

async function createOrMatch(desk: Desk, user: User, assignment: UserAssignment): Promise<void> {
  const { userName } = assignment;
  begin(desk, 'sync', user);
  const found = await findRemote(desk, ['Users', 'userName'], userName);
  if (found) await match(desk, user, assignment, found);
  else {
    begin(desk, 'push', user);
    await desk.pause(pauseMs.beforeCreate);
    const attributes = attributesOf(user, assignment);
    const created = await desk.call('POST', '/Users', newResource(attributes, user.id, placeholder()));
    if (!created) throw new RemoteFailure('Create new user returned empty user.');
    link(desk, user, userName, { externalId: remoteIdOf(created as Json), attributes });
  }
}

/** The account that is there already becomes the user's, active and with the user's attributes. */
async function match(desk: Desk, user: User, assignment: UserAssignment, found: Json): Promise<void> {
  const externalId = remoteIdOf(found);
  if (found.active === false) begin(desk, 'reactivate', user);
  if (found.active === false && desk.connection.kind === 'NETWORK')
    await desk.call('PATCH', pathOf(externalId), patch({ op: 'replace', value: { active: true } }));
  await write(desk, user, assignment, externalId);
}

async function update(desk: Desk, user: User, known: UserAssignment, isForced: boolean): Promise<void> {
  const { app } = desk;
  const assignment = renamed(desk, user, known);
  const account = app.accounts.get(user.id);
  if (!account || (!isForced && account.written === JSON.stringify(attributesOf(user, assignment)))) return;
  begin(desk, 'push_profile', user);
  await write(desk, user, assignment, account.externalId);
}

/** The name in the app follows the user's, unless the assignment gave another one. */
function renamed({ org, app }: Desk, user: User, assignment: UserAssignment): UserAssignment {
  const userName = userNameFor(app, user);
  const before = app.accounts.get(user.id)?.standardName;
  if (assignment.scope === 'GROUP' || assignment.userName === userName || assignment.userName !== before)
    return assignment;
  const next = { ...assignment, userName, lastUpdated: org.clock.seconds() };
  app.users.put(next);
  org.logEvent({
    eventType: 'application.user_membership.change_username',
    fields: { target: [appUserParty(app, user, userName), appParty(app), userParty(user)] },
  });
  return next;
}

async function write(desk: Desk, user: User, assignment: UserAssignment, externalId: string): Promise<void> {
  const remote = await readRemote(desk, pathOf(externalId), noUser(externalId));
  await desk.pause(pauseMs.beforeReplace);
  const attributes = attributesOf(user, assignment);
  await replace(desk, externalId, changedResource(remote, attributes, user.id));
  link(desk, user, assignment.userName, { externalId, attributes });
}

async function deactivate(desk: Desk, userId: string): Promise<void> {
  const { org, app, connection } = desk;
  const { externalId = '', userName = '' } = app.accounts.get(userId) ?? {};
  begin(desk, 'deactivate', org.users.get(userId) ?? { id: userId, profile: { login: userName } });
  const path = pathOf(externalId);
  if (connection.kind === 'NETWORK') {
    await desk.call('PATCH', path, patch({ op: 'replace', value: { active: false } }));
    return;
  }
  const remote = await readRemote(desk, path, noUser(externalId));
  await desk.pause(pauseMs.beforeReplace);
  await replace(desk, externalId, { ...remote, active: false });
}

async function replace(desk: Desk, externalId: string, body: Json): Promise<void> {
  const answer = await desk.call('PUT', pathOf(externalId), body);
  if (!answer) throw new RemoteFailure(noUser(externalId));
}

interface Written {
  externalId: string;
  attributes: Json;
}

function link({ app }: Desk, user: User, userName: string, { externalId, attributes }: Written): void {
  const [standardName, written] = [userNameFor(app, user), JSON.stringify(attributes)];
  app.accounts.set(user.id, { externalId, userName, standardName, written });
}

const pathOf = (externalId: string) => `/Users/${encodeURIComponent(externalId)}`;
const noUser = (externalId: string) => `No user returned for user ${externalId}`;

/** What the assignment says goes before what the user's profile says. */
function attributesOf({ profile }: User, assignment: UserAssignment): Json {
  return mappedAttributes(assignment.userName, { ...profile, ...assignment.profile });
}

/** What Okta sends as a password of which it pushes none. */
function placeholder(): string {
  return randomSecret(6);
}

function begin(desk: Desk, doing: Doing, { id, profile }: Pick<User, 'id' | 'profile'>): void {
  const { org, app } = desk;
  const user = { ...org.users.get(id), id, profile } as User;
  const known = org.apps.assignmentOf(app, user) ?? app.accounts.get(id);
  const name = known?.userName ?? String(profile.login);
  const { displayName } = userParty(user);
  desk.act = {
    event: `application.provision.user.${doing}`,
    target: [appUserParty(app, user, name), appParty(app), userParty(user)],
    story: stories[doing](displayName || name, app.label, name),
  };
}

const stories: Record<Doing, (who: string, app: string, name: string) => string> = {
  sync: (who, app) =>
    `Automatic provisioning of user ${who} to app ${app} failed: Matching user not found or not readable`,
  push: (who, app, name) =>
    `Automatic provisioning of user ${who} to app ${app} failed: Error while creating user ${name}`,
  push_profile: (who, app, name) =>
    `Automatic profile push of user ${who} to app ${app} failed: Error while trying to push profile update for ${name}`,
  reactivate: (who, app, name) =>
    `Automatic reactivation of user ${who} in app ${app} failed: Error while reactivating user ${name}`,
  deactivate: (who, app, name) =>
    `Automatic deactivation of user ${who} in app ${app} failed: Error while deactivating user ${name}`,
  push_okta_password: (who, app, name) =>
    `Automatic password push of user ${who} to app ${app} failed: Error while pushing the password of ${name}`,
};
