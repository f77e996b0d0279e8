import { invalid, notFound } from '../errors.ts';
import { groupById } from '../groups/membership.ts';
import {
  type Answer,
  type Call,
  cursorOf,
  type Endpoint,
  noContent,
  objectBody,
  page,
  pageSizeOf,
} from '../http.ts';
import type { Json } from '../json.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import { groupParty, userParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';

const path = '/api/v1/groups/:id/owners';
const [read, manage] = ['okta.groups.read', 'okta.groups.manage'];

export const ownerEndpoints: readonly Endpoint[] = [
  { method: 'GET', path, scope: read, handle: listOwners },
  { method: 'POST', path, scope: manage, handle: addOwner },
  { method: 'DELETE', path: `${path}/:ownerId`, scope: manage, handle: removeOwner },
];

const listOf = (groupId: string) => path.replace(':id', groupId);

function listOwners(call: Call): Answer {
  const { org, query } = call;
  const group = groupById(call);
  const [, type] = /^type eq "(USER|GROUP)"$/.exec(query.get('search') ?? '') ?? [];
  const after = cursorOf(call, '00[ug]', () => false) ?? '';
  const owners = [...org.objects.of(listOf(group.id))].filter(
    (owner) => owner.id > after && partyOf(call, owner) && (!type || owner.body.type === type),
  );
  // Unlike other lists, that of the owners has no link to itself.
  const { links, ...answer } = page(call, owners, pageSizeOf(call, 1000, 1000), {
    render: (owner) => ownerView(call, owner, listTime),
    cursor: (last) => last.id,
  });
  return { ...answer, links: { next: links?.next } };
}

function addOwner(call: Call): Answer {
  const { org } = call;
  const group = groupById(call);
  const { id, type } = objectBody(call);
  if (type !== 'USER' && type !== 'GROUP') throw invalid('type', 'type: must be USER or GROUP');
  const list = listOf(group.id);
  if (org.objects.get(list, String(id)))
    throw invalid('owner', 'Provided owner is already assigned to this group');
  const now = org.clock.seconds();
  const owner = { id: String(id), list, created: now, lastUpdated: now, body: { type } };
  const party = partyOf(call, owner);
  if (!party) throw notFound(owner.id, type === 'USER' ? 'User' : 'UserGroup');
  org.objects.put(owner);
  record(call, 'resource.owner.update', { target: [groupParty(group), party] });
  return { status: 201, body: ownerView(call, owner, creationTime) };
}

function removeOwner(call: Call): Answer {
  const group = groupById(call);
  const { ownerId = '' } = call.params;
  const owner = call.org.objects.get(listOf(group.id), ownerId);
  if (!owner) throw notFound(ownerId, 'LinkedObject');
  call.org.objects.delete(owner);
  record(call, 'resource.owner.update', { target: [groupParty(group)] });
  return noContent;
}

/** The user or group that an owner is; undefined once it is deleted. */
function partyOf({ org }: Call, { id, body }: StoredObject) {
  const user = body.type === 'USER' && org.users.get(id);
  const group = body.type === 'GROUP' && org.groups.get(id);
  return user ? userParty(user) : group ? groupParty(group) : undefined;
}

function ownerView(call: Call, owner: StoredObject, timeOf: (ms: number) => string): Json {
  return {
    id: owner.id,
    type: owner.body.type,
    resolved: true,
    originId: null,
    originType: 'OKTA_DIRECTORY',
    displayName: partyOf(call, owner)?.displayName,
    lastUpdated: timeOf(owner.lastUpdated),
  };
}

/** Owners have times of their own: `2026-03-05 08:36:28.0` in the list. */
function listTime(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace('.000Z', '.0');
}

/** `Thu Mar 05 08:36:28 UTC 2026` in the answer to their creation. */
function creationTime(ms: number): string {
  const [weekday, day, month, year, time] = new Date(ms).toUTCString().replace(',', '').split(' ');
  return `${weekday} ${month} ${day} ${time} UTC ${year}`;
}
