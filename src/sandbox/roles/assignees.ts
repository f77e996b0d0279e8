import { notFound } from '../errors.ts';
import { groupById } from '../groups/membership.ts';
import type { Call } from '../http.ts';
import { groupParty, userParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import { userOfCall } from '../users/find.ts';
import type { User } from '../users/user.ts';
import { type RoleAssignment, roleLabels } from './role-store.ts';

/** A kind of principal that can have roles. */
export interface Assignee {
  /** Path of one: `/api/v1/users/:id`. */
  path: string;
  assignmentType: 'USER' | 'GROUP' | 'CLIENT';
  /** First letters of the ids of assignments that are not the same for everybody. */
  prefix: string;
  /** The id of the one that a call addresses. @throws Refusal E0000007 */
  find(call: Call): string;
  /** Logs what the assignee may do now. */
  report?(call: Call, id: string): void;
}

/** Users, groups and API clients. */
export const assignees: readonly Assignee[] = [
  {
    path: '/api/v1/users/:id',
    assignmentType: 'USER',
    prefix: 'ra1',
    find: (call) => userOfCall(call).id,
    report: (call, id) => {
      const target = [userParty(call.org.users.get(id) as User)];
      reportPrivileges(call, 'user.account.privilege', id, target);
    },
  },
  {
    path: '/api/v1/groups/:id',
    assignmentType: 'GROUP',
    prefix: 'gra',
    find: (call) => groupById(call).id,
    report: (call, id) => reportPrivileges(call, 'group.privilege', id, [groupParty(groupById(call, id))]),
  },
  { path: '/oauth2/v1/clients/:id', assignmentType: 'CLIENT', prefix: 'ra1', find: clientId },
];

/** The grant event lists all remaining privileges; a revoke event is logged only when none are left. */
function reportPrivileges(
  call: Call,
  what: 'user.account.privilege' | 'group.privilege',
  id: string,
  target: ReturnType<typeof userParty>[],
): void {
  const privilegeGranted = rolesHeld(call, id)
    .map((role) => roleLabel(call, role))
    .join(', ');
  if (privilegeGranted === '') record(call, `${what}.revoke`, { target });
  else record(call, `${what}.grant`, { target, debugData: { privilegeGranted } });
}

/** Whether the first role of a principal is a setting of the sandbox: of the administrator, and of the apps of the seed. */
function isSeeded({ org }: Call, id: string): boolean {
  const app = org.apps.get(id);
  return id === org.adminId || (app?.client !== undefined && app.created < org.created);
}

/** The roles given to a principal itself. */
export function rolesHeld(call: Call, id: string): readonly RoleAssignment[] {
  const { org } = call;
  const given = org.roles.of(id);
  if (!isSeeded(call, id)) return given;
  return [
    { id: 'ra1SandboxAdmn1Sb5d7', type: org.settings.role, created: org.created, targets: [] },
    ...given,
  ];
}

/** @throws Refusal E0000007 */
export function roleById(call: Call, assigneeId: string): RoleAssignment {
  const id = call.params.roleId as string;
  const role = rolesHeld(call, assigneeId).find((candidate) => candidate.id === id);
  if (!role) throw notFound(id, 'RoleAssignment');
  return role;
}

/** The label of a role; a custom one has its own. */
export function roleLabel({ org }: Call, { type, role = '' }: RoleAssignment): string {
  return type === 'CUSTOM'
    ? String(org.objects.get('/api/v1/iam/roles', role)?.body.label)
    : roleLabels[type];
}

function clientId({ org, params }: Call): string {
  const id = params.id as string;
  if (org.apps.get(id)?.signOnMode !== 'OPENID_CONNECT') throw notFound(id, 'PublicClientApp');
  return id;
}
