import { iso } from '../clock.ts';
import { invalid, notFound } from '../errors.ts';
import { groupById } from '../groups/membership.ts';
import { type Answer, type Call, type Endpoint, noContent, objectBody, ok } from '../http.ts';
import type { Json } from '../json.ts';
import { partyOf, withLinkHeader } from '../kinds/endpoints.ts';
import type { RoleAssignment } from '../roles/role-store.ts';
import { record } from '../system-log/record.ts';
import { userOfCall } from '../users/find.ts';
import { findRole } from './custom-roles.ts';
import { findResourceSet, resourceSets } from './resource-sets.ts';

const path = '/api/v1/iam/resource-sets/:setId/bindings';
const one = `${path}/:roleId`;
const members = `${one}/members`;
const [read, manage] = ['okta.roles.read', 'okta.roles.manage'];

/** Who has a custom role for a resource set. A binding is nothing of its own: it is the assignments of the role. */
export const bindingEndpoints: Endpoint[] = [
  { method: 'GET', path, scope: read, handle: listBindings },
  { method: 'POST', path, scope: manage, handle: createBinding },
  { method: 'GET', path: one, scope: read, handle: (call) => bindingAnswer(call, bound(call)) },
  { method: 'DELETE', path: one, scope: manage, handle: deleteBinding },
  { method: 'GET', path: members, scope: read, handle: listMembers },
  { method: 'PATCH', path: members, scope: manage, handle: addMembers },
  { method: 'GET', path: `${members}/:memberId`, scope: read, handle: getMember },
  { method: 'DELETE', path: `${members}/:memberId`, scope: manage, handle: deleteMember },
];

/** A role, a resource set and the address of their binding. */
interface Binding {
  roleId: string;
  setId: string;
  href: string;
}

function listBindings(call: Call): Answer {
  const { id, list } = findResourceSet(call);
  const href = `${call.origin}${list}/${id}`;
  const held = [...call.org.roles.all()].flatMap(([, role]) => (role.resourceSet === id ? [role.role] : []));
  const roles = [...new Set(held)].map((roleId) => ({
    id: roleId,
    _links: {
      self: { href: `${call.origin}/api/v1/iam/roles/${roleId}` },
      members: { href: `${href}/bindings/${roleId}/members` },
    },
  }));
  const _links = { self: { href: `${href}/bindings` }, 'resource-set': { href } };
  return withLinkHeader(ok({ roles, _links }));
}

function createBinding(call: Call): Answer {
  const { role, members: given } = objectBody(call);
  if (!role) throw invalid('role', 'role: must be specified');
  const binding = bound(call, String(role));
  add(call, binding, given);
  return bindingAnswer(call, binding);
}

function addMembers(call: Call): Answer {
  const binding = bound(call);
  add(call, binding, objectBody(call).additions);
  return bindingAnswer(call, binding);
}

function deleteBinding(call: Call): Answer {
  for (const [assignee, { id }] of membersOf(call, bound(call))) call.org.roles.remove(assignee, id);
  record(call, 'iam.resourceset.bindings.delete', { target: [partyOf(resourceSets, findResourceSet(call))] });
  return noContent;
}

function listMembers(call: Call): Answer {
  const binding = bound(call);
  const shown = membersOf(call, binding).map((member) => memberView(call, member));
  const _links = { self: { href: `${binding.href}/members` }, binding: { href: binding.href } };
  return withLinkHeader(ok({ members: shown, _links }));
}

function getMember(call: Call): Answer {
  return ok(memberView(call, memberById(call)));
}

function deleteMember(call: Call): Answer {
  const [assignee, { id }] = memberById(call);
  call.org.roles.remove(assignee, id);
  record(call, 'iam.resourceset.bindings.delete', { target: [partyOf(resourceSets, findResourceSet(call))] });
  return noContent;
}

function bound(call: Call, role = call.params.roleId as string): Binding {
  const { id: setId, list } = findResourceSet(call);
  const { id: roleId } = findRole(call, role);
  return { roleId, setId, href: `${call.origin}${list}/${setId}/bindings/${roleId}` };
}

function bindingAnswer({ origin }: Call, { setId, href }: Binding): Answer {
  const set = `${origin}/api/v1/iam/resource-sets/${setId}`;
  const _links = {
    self: { href },
    bindings: { href: `${set}/bindings` },
    'resource-set': { href: set },
  };
  return withLinkHeader(ok({ _links }));
}

type Member = readonly [assigneeId: string, RoleAssignment];

function membersOf({ org }: Call, { roleId, setId }: Binding): Member[] {
  return [...org.roles.all()].filter(([, one]) => one.role === roleId && one.resourceSet === setId);
}

function memberById(call: Call): Member {
  const id = call.params.memberId as string;
  const member = membersOf(call, bound(call)).find(([, one]) => one.id === id);
  if (!member) throw notFound(id, 'IAMPolicyMember');
  return member;
}

/** Gives the role to users and groups, which are named by their addresses. */
function add(call: Call, { roleId: role, setId }: Binding, given: unknown): void {
  const { org } = call;
  const addresses = (Array.isArray(given) ? given : []).map(String);
  if (addresses.length === 0) throw invalid('members', 'members: at least one must be specified');
  for (const address of addresses) {
    const [kind, id = ''] = address.split('/').slice(-2);
    const assignee = kind === 'groups' ? groupById(call, id).id : userOfCall(call, id).id;
    const created = org.clock.seconds();
    org.roles.put(assignee, {
      ...{ id: org.ids.next('irb'), type: 'CUSTOM', created, role, resourceSet: setId, targets: [] },
    });
  }
  record(call, 'iam.resourceset.bindings.add', { target: [partyOf(resourceSets, findResourceSet(call))] });
}

function memberView({ origin, org }: Call, [assignee, { id, created }]: Member): Json {
  const kind = org.groups.get(assignee) ? 'groups' : 'users';
  const self = { href: `${origin}/api/v1/${kind}/${assignee}` };
  return { id, created: iso(created), lastUpdated: iso(created), _links: { self } };
}
