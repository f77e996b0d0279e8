import type { AppAccount } from '../../apps/app-store.ts';
import type { Group } from '../../groups/group-store.ts';
import type { Json } from '../../json.ts';
import type { StoredObject } from '../../kinds/object-store.ts';
import type { EventType } from '../../system-log/event-types.ts';
import { appParty, groupParty } from '../../system-log/parties.ts';
import { type Desk, findRemote, pauseMs, readRemote, remoteIdOf, remoteMembers } from './desk.ts';
import { RemoteFailure } from './remote.ts';
import { patch } from './user-resource.ts';

const groupSchema = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const events = 'application.provision.group_push';

/** The mapping of a pushed group, as it is stored. */
type Mapping = StoredObject;

/** Both groups of a mapping, as long as there are both. */
function groupsOf({ org }: Desk, { body }: Mapping): { source: Group; target: Group } | undefined {
  const source = org.groups.get(String(body.sourceGroupId));
  const target = org.groups.get(String(body.targetGroupId));
  return source && target ? { source, target } : undefined;
}

/** Makes the group in the app, or finds it there, and writes its name and all its members. @throws RemoteFailure */
export async function pushGroup(desk: Desk, mapping: Mapping): Promise<void> {
  const groups = groupsOf(desk, mapping);
  if (!groups) return;
  const { source, target } = groups;
  const known = desk.app.remoteGroups.get(target.id);
  if (known === undefined && !(await isLinked(desk, groups))) {
    await create(desk, groups);
    if (desk.connection.kind === 'NETWORK') {
      const value = remoteMembers(desk, source);
      if (value.length > 0) await patchGroup(desk, target, { op: 'add', path: 'members', value });
      return;
    }
  }
  begin(desk, `${events}.updated`, groups);
  if (desk.connection.kind === 'WIZARD') await replace(desk, groups);
  else await patchGroup(desk, target, wholeList(desk, groups));
}

/** Whether the app has a group of this name, which becomes the pushed one. */
async function isLinked(desk: Desk, groups: Groups): Promise<boolean> {
  begin(desk, `${events}.pushed`, groups);
  const found = await findRemote(desk, ['Groups', 'displayName'], nameOf(groups.target));
  if (found) desk.app.remoteGroups.set(groups.target.id, remoteIdOf(found));
  return found !== undefined;
}

async function create(desk: Desk, groups: Groups): Promise<void> {
  begin(desk, `${events}.pushed`, groups);
  await desk.pause(pauseMs.beforeCreate);
  const displayName = nameOf(groups.target);
  const created = await desk.call('POST', '/Groups', { schemas: [groupSchema], displayName, members: [] });
  if (!created) throw new RemoteFailure('Create new group returned empty group.');
  desk.app.remoteGroups.set(groups.target.id, remoteIdOf(created as Json));
}

/** One member came or went. @throws RemoteFailure */
export async function pushMember(
  desk: Desk,
  mapping: Mapping,
  { account, what }: { account: AppAccount; what: 'add' | 'remove' },
): Promise<void> {
  const groups = groupsOf(desk, mapping);
  // A group that is not there yet gets all its members when it is made.
  if (!groups || !desk.app.remoteGroups.has(groups.target.id)) return;
  begin(desk, `${events}.push_memberships`, groups);
  if (desk.connection.kind === 'WIZARD') {
    await replace(desk, groups);
    return;
  }
  const { externalId: value, userName: display } = account;
  await patchName(desk, groups.target);
  await patchGroup(
    desk,
    groups.target,
    what === 'add'
      ? { op: 'add', path: 'members', value: [{ value, display }] }
      : { op: 'remove', path: `members[value eq ${JSON.stringify(value)}]` },
  );
}

/** The group in the app gets the name of the group in Okta. @throws RemoteFailure */
export async function pushName(desk: Desk, mapping: Mapping): Promise<void> {
  const groups = groupsOf(desk, mapping);
  if (!groups || nameOf(groups.source) === nameOf(groups.target)) return;
  const { source, target } = groups;
  target.profile = { ...target.profile, name: source.profile.name };
  if (!desk.app.remoteGroups.has(target.id)) return;
  begin(desk, `${events}.mapping.app.group.renamed`, groups, `${events}.mapping.app.group.renamed.failed`);
  if (desk.connection.kind === 'WIZARD') await replace(desk, groups);
  else await patchName(desk, target);
}

/** Deletes the group in the app. @throws RemoteFailure */
export async function deleteRemoteGroup(
  desk: Desk,
  { externalId, target }: { externalId: string; target: Group },
): Promise<void> {
  begin(desk, `${events}.delete_appgroup`, { source: target, target }, `application.provision.group.remove`);
  await desk.call('DELETE', pathOf(externalId));
}

interface Groups {
  source: Group;
  target: Group;
}

const nameOf = ({ profile }: Group) => String(profile.name);
const pathOf = (externalId: string) => `/Groups/${encodeURIComponent(externalId)}`;

const remoteId = ({ app }: Desk, target: Group) => String(app.remoteGroups.get(target.id));

const isMissing = ({ app }: Desk) =>
  `Linked group is missing in ${app.label}. Change the linked group to resume pushing group memberships.`;

/** The whole group is read and written back with its name and members. */
async function replace(desk: Desk, { source, target }: Groups): Promise<void> {
  const path = pathOf(remoteId(desk, target));
  const remote = await readRemote(desk, path, isMissing(desk));
  await desk.pause(pauseMs.beforeReplace);
  const members = remoteMembers(desk, source);
  await desk.call('PUT', path, { ...remote, displayName: nameOf(target), members });
}

async function patchGroup(desk: Desk, target: Group, operation: Json): Promise<void> {
  await desk.call('PATCH', pathOf(remoteId(desk, target)), patch(operation)).catch((error) => {
    if (error instanceof RemoteFailure && error.status === 404) throw new RemoteFailure(isMissing(desk));
    throw error;
  });
}

const patchName = (desk: Desk, target: Group) =>
  patchGroup(desk, target, {
    op: 'replace',
    value: { id: remoteId(desk, target), displayName: nameOf(target) },
  });

function wholeList(desk: Desk, { source, target }: Groups): Json {
  const members = remoteMembers(desk, source);
  if (desk.connection.listForm === 'PATH') return { op: 'replace', path: 'members', value: members };
  return {
    op: 'replace',
    value: { members, id: remoteId(desk, target), displayName: nameOf(target) },
  };
}

function begin(desk: Desk, event: EventType, { source, target }: Groups, failure?: EventType): void {
  const isNew = event === `${events}.pushed`;
  desk.act = {
    event,
    failure: failure ?? (isNew ? 'application.provision.group.add' : failedEvent),
    target: [groupParty(source), appParty(desk.app), { ...groupParty(target), type: 'AppGroup' }],
    story:
      `Unable to update Group Push mapping target App group ${nameOf(target)}: ` +
      `Error while ${isNew ? 'creating' : 'updating'} user group ${nameOf(target)}`,
  };
}

const failedEvent = `${events}.mapping.update.or.delete.failed.with.error`;
