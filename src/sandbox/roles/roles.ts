import { iso } from '../clock.ts';
import { notFound, oktaError } from '../errors.ts';
import { type Answer, type Call, type Endpoint, noContent, objectBody, ok } from '../http.ts';
import type { Json } from '../json.ts';
import { userParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import { findUser } from '../users/find.ts';
import type { User } from '../users/user.ts';
import { assignmentId, type RoleAssignment, type RoleType, roleLabels } from './role-store.ts';

const read = 'okta.roles.read';
const manage = 'okta.roles.manage';
const roles = '/api/v1/users/:id/roles';

/** The administrator roles of a user. The sandbox has no custom roles and no roles of groups. */
export const roleEndpoints: Endpoint[] = [
  { method: 'GET', path: roles, scope: read, handle: listRoles },
  { method: 'POST', path: roles, scope: manage, handle: assignRole },
  { method: 'GET', path: `${roles}/:roleId`, scope: read, handle: getRole },
  { method: 'DELETE', path: `${roles}/:roleId`, scope: manage, handle: unassignRole },
];

function listRoles(call: Call): Answer {
  const user = findUser(call);
  return ok(rolesOf(call, user).map((role) => view(call, user, role)));
}

function getRole(call: Call): Answer {
  const user = findUser(call);
  return ok(view(call, user, roleById(call, user)));
}

function assignRole(call: Call): Answer {
  const { org } = call;
  const user = findUser(call);
  const type = objectBody(call).type as RoleType;
  if (!Object.hasOwn(roleLabels, type)) throw oktaError('E0000091');
  if (rolesOf(call, user).some((role) => role.type === type)) throw oktaError('E0000090');
  const id = type === 'SUPER_ADMIN' ? org.ids.next('ra1') : assignmentId(type);
  const assignment = { id, type, created: org.clock.seconds() };
  org.roles.add(user.id, assignment);
  reportRoles(call, user);
  return { status: 201, body: view(call, user, assignment) };
}

function unassignRole(call: Call): Answer {
  const { org } = call;
  const user = findUser(call);
  const role = roleById(call, user);
  // The administrator's own role is a setting of the sandbox, not an assignment.
  if (user.id === org.adminId && !org.roles.of(user.id).includes(role)) throw oktaError('E0000006');
  org.roles.remove(user.id, role.id);
  reportRoles(call, user);
  return noContent;
}

/** The grant event lists all remaining privileges; a revoke event is logged only when none are left. */
function reportRoles(call: Call, user: User): void {
  const target = [userParty(user)];
  const privilegeGranted = rolesOf(call, user)
    .map(({ type }) => roleLabels[type])
    .join(', ');
  if (privilegeGranted === '') record(call, 'user.account.privilege.revoke', { target });
  else record(call, 'user.account.privilege.grant', { target, debugData: { privilegeGranted } });
}

function rolesOf({ org }: Call, user: User): readonly RoleAssignment[] {
  const given = org.roles.of(user.id);
  if (user.id !== org.adminId) return given;
  return [{ id: 'ra1SandboxAdmn1Sb5d7', type: org.settings.role, created: org.created }, ...given];
}

function roleById(call: Call, user: User): RoleAssignment {
  const id = call.params.roleId as string;
  const role = rolesOf(call, user).find((candidate) => candidate.id === id);
  if (!role) throw notFound(id, 'RoleAssignment');
  return role;
}

function view({ origin }: Call, user: User, { id, type, created }: RoleAssignment): Json {
  return {
    id,
    label: roleLabels[type],
    type,
    status: 'ACTIVE',
    created: iso(created),
    lastUpdated: iso(created),
    assignmentType: 'USER',
    _links: { assignee: { href: `${origin}/api/v1/users/${user.id}` } },
  };
}
