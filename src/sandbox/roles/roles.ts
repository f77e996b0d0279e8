import { findRole } from '../access/custom-roles.ts';
import { findResourceSet } from '../access/resource-sets.ts';
import { iso } from '../clock.ts';
import { invalid, oktaError } from '../errors.ts';
import { type Answer, type Call, type Endpoint, noContent, objectBody, ok, wholeList } from '../http.ts';
import type { Json } from '../json.ts';
import { type Assignee, assignees, roleById, roleLabel, rolesHeld } from './assignees.ts';
import {
  assignmentId,
  type RoleAssignment,
  type RoleType,
  resourceSetOf,
  roleLabels,
  targetKinds,
} from './role-store.ts';
import { expanded, targetEndpoints } from './targets.ts';

const read = 'okta.roles.read';
const manage = 'okta.roles.manage';
const [, group] = assignees as [Assignee, Assignee, Assignee];

/** The roles of users, groups and API clients. */
export const roleEndpoints: Endpoint[] = assignees.flatMap((assignee) => {
  const path = `${assignee.path}/roles`;
  const one = `${path}/:roleId`;
  return [
    { method: 'GET', path, scope: read, handle: (call) => listRoles(call, assignee) },
    { method: 'POST', path, scope: manage, handle: (call) => assignRole(call, assignee) },
    { method: 'GET', path: one, scope: read, handle: (call) => getRole(call, assignee) },
    { method: 'DELETE', path: one, scope: manage, handle: (call) => unassignRole(call, assignee) },
    ...targetEndpoints(assignee),
  ] satisfies Endpoint[];
});

/** Of a user also the roles that the groups of the user have. */
function listRoles(call: Call, assignee: Assignee): Answer {
  const id = assignee.find(call);
  const own = rolesHeld(call, id).map((role) => view(call, assignee, id, role));
  if (assignee.assignmentType !== 'USER') return wholeList(call, own);
  const through = [...call.org.groups.ofUser(id)].flatMap(({ id }) =>
    rolesHeld(call, id).map((role) => view(call, group, id, role)),
  );
  return wholeList(call, [...own, ...through]);
}

function getRole(call: Call, assignee: Assignee): Answer {
  const id = assignee.find(call);
  return ok(view(call, assignee, id, roleById(call, id)));
}

function assignRole(call: Call, assignee: Assignee): Answer {
  const { org } = call;
  const id = assignee.find(call);
  mayHaveRoles(call, id);
  const assigned = readRole(call, assignee);
  const isSame = ({ type, role, resourceSet }: RoleAssignment) =>
    type === assigned.type && role === assigned.role && resourceSet === assigned.resourceSet;
  const known = rolesHeld(call, id).find(isSame);
  // For a group Okta answers 200 instead of an error.
  if (known && assignee === group) return ok(view(call, assignee, id, known));
  if (known) throw oktaError('E0000090');
  org.roles.put(id, assigned);
  assignee.report?.(call, id);
  return { status: 201, body: view(call, assignee, id, assigned) };
}

const mostMembers = 5000;

/** @throws Refusal for a group that cannot have roles */
function mayHaveRoles({ org }: Call, id: string): void {
  const found = org.groups.get(id);
  if (!found) return;
  if (found.type === 'BUILT_IN') throw oktaError('E0000211', found.id);
  const isDirectory = found.objectClass.includes('okta:windows_security_principal');
  if (found.type === 'APP_GROUP' && !isDirectory) throw oktaError('E0000194');
  if (org.groups.memberCount(found) > mostMembers) throw oktaError('E0000193');
  const rules = JSON.stringify([...org.objects.of('/api/v1/groups/rules')].map(({ body }) => body.actions));
  if (rules.includes(`"${id}"`)) throw oktaError('E0000192');
}

function readRole(call: Call, { prefix }: Assignee): RoleAssignment {
  const { org } = call;
  const body = objectBody(call);
  const base = { created: org.clock.seconds(), targets: [] };
  if (body.type === 'CUSTOM') {
    if (!body.role || !body['resource-set'])
      throw invalid('role', 'role and resource-set: must be specified');
    const role = findRole(call, String(body.role)).id;
    const set = findResourceSet(call, String(body['resource-set'])).id;
    return { ...base, id: org.ids.next('irb'), type: 'CUSTOM', role, resourceSet: set };
  }
  const type = body.type as RoleType;
  if (!Object.hasOwn(roleLabels, type)) throw oktaError('E0000091');
  const set = resourceSetOf[type];
  if (set) return { ...base, id: org.ids.next('irb'), type, role: type, resourceSet: set };
  return { ...base, id: targetKinds[type] ? assignmentId(type) : org.ids.next(prefix), type };
}

function unassignRole(call: Call, assignee: Assignee): Answer {
  const { org } = call;
  const id = assignee.find(call);
  const role = roleById(call, id);
  // The administrator's own role is a setting of the sandbox, not an assignment.
  if (!org.roles.of(id).includes(role)) throw oktaError('E0000006');
  org.roles.remove(id, role.id);
  assignee.report?.(call, id);
  return noContent;
}

function view(call: Call, { path, assignmentType }: Assignee, id: string, assignment: RoleAssignment): Json {
  const { role, resourceSet: set } = assignment;
  const { origin } = call;
  const sets = `${origin}/api/v1/iam/resource-sets/${set}`;
  const roles = `${origin}/api/v1/iam/roles/${role}`;
  return {
    id: assignment.id,
    ...(role ? { role } : {}),
    label: roleLabel(call, assignment),
    type: assignment.type,
    status: 'ACTIVE',
    created: iso(assignment.created),
    lastUpdated: iso(assignment.lastUpdated ?? assignment.created),
    assignmentType,
    ...(set ? { 'resource-set': set } : {}),
    ...expanded(call, assignment),
    _links: {
      assignee: { href: `${origin}${path.replace(':id', id)}` },
      ...(set && {
        'resource-set': { href: sets },
        member: { href: `${sets}/bindings/${role}/members/${assignment.id}` },
        role: { href: roles },
        permissions: { href: `${roles}/permissions` },
      }),
    },
  };
}
