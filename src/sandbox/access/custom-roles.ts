import { iso } from '../clock.ts';
import { invalid, notFound } from '../errors.ts';
import { type Answer, type Call, type Endpoint, noContent, objectBody, ok } from '../http.ts';
import { isObject, type Json } from '../json.ts';
import { found, partyOf, withLinkHeader } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import { record } from '../system-log/record.ts';

interface Permission extends Json {
  label: string;
  created: string;
  lastUpdated: string;
  conditions: Json | null;
}

/** Administrator roles that the org defines itself. */
export const customRoles = defineKind({
  ...{ path: '/api/v1/iam/roles', param: 'roleId', prefix: 'cr0', type: 'CustomRole', scope: 'okta.roles' },
  ...{ alias: 'label', linkHeader: true, list: { limit: [100, 100], in: 'roles' } },
  make(call, { label, description, permissions }) {
    if (!label) throw invalid('label', 'label: Label must be specified');
    const labels = Array.isArray(permissions) ? permissions.map(String) : [];
    if (labels.length === 0) throw invalid('permissions', 'permissions: at least one must be specified');
    const now = iso(call.org.clock.seconds());
    return { ...describing(label, description), permissions: labels.map((one) => permission(one, now)) };
  },
  change: (_, { label, description }, { body }) => ({
    ...body,
    ...describing(label ?? body.label, description ?? body.description),
  }),
  view({ origin }, { id, list, created, lastUpdated, body: { permissions: _, ...body } }) {
    const self = `${origin}${list}/${id}`;
    return {
      ...{ id, isCloneable: false, ...body, created: iso(created), lastUpdated: iso(lastUpdated) },
      _links: { permissions: { href: `${self}/permissions` }, self: { href: self } },
    };
  },
  deleted({ org }, { id }) {
    for (const [assignee, role] of org.roles.all()) if (role.role === id) org.roles.remove(assignee, role.id);
  },
  nameOf: ({ body }) => String(body.label),
  events: { create: 'iam.role.create', update: 'iam.role.update', delete: 'iam.role.delete' },
});

/** The custom role with this id or label. @throws Refusal E0000007 */
export const findRole = (call: Call, reference = call.params.roleId as string): StoredObject =>
  found(call, customRoles, reference);

const permissions = '/api/v1/iam/roles/:roleId/permissions';
const [read, manage] = ['okta.roles.read', 'okta.roles.manage'];

export const permissionEndpoints: Endpoint[] = [
  { method: 'GET', path: permissions, scope: read, handle: listPermissions },
  { method: 'GET', path: `${permissions}/:permission`, scope: read, handle: getPermission },
  { method: 'POST', path: `${permissions}/:permission`, scope: manage, handle: putPermission },
  { method: 'PUT', path: `${permissions}/:permission`, scope: manage, handle: putPermission },
  { method: 'DELETE', path: `${permissions}/:permission`, scope: manage, handle: deletePermission },
];

function listPermissions(call: Call): Answer {
  const role = findRole(call);
  return ok({ permissions: permissionsOf(role).map((one) => permissionView(call, role, one)) });
}

function getPermission(call: Call): Answer {
  const role = findRole(call);
  return withLinkHeader(ok(permissionView(call, role, permissionById(call, role))));
}

function putPermission(call: Call): Answer {
  const role = findRole(call);
  const label = call.params.permission as string;
  const conditions = isObject(call.body) ? objectBody(call).conditions : undefined;
  const now = iso(call.org.clock.seconds());
  const known = permissionsOf(role).find((one) => one.label === label);
  const one = { ...permission(label, known?.created ?? now), lastUpdated: now };
  const changed = { ...one, conditions: isObject(conditions) ? conditions : null };
  savePermissions(call, role, [...permissionsOf(role).filter((other) => other !== known), changed]);
  if (!known) record(call, 'iam.role.permissions.add', { target: [partyOf(customRoles, role)] });
  return call.method === 'POST' ? noContent : ok(permissionView(call, role, changed));
}

function deletePermission(call: Call): Answer {
  const role = findRole(call);
  const known = permissionById(call, role);
  const others = permissionsOf(role).filter((one) => one !== known);
  savePermissions(call, role, others);
  record(call, 'iam.role.permissions.delete', { target: [partyOf(customRoles, role)] });
  return noContent;
}

const describing = (label: unknown, description: unknown): Json => ({ label, description });

const permission = (label: string, now: string): Permission => ({
  ...{ label, created: now, lastUpdated: now, conditions: null },
});

const permissionsOf = ({ body }: StoredObject) => body.permissions as Permission[];

function permissionById(call: Call, role: StoredObject): Permission {
  const label = call.params.permission as string;
  const known = permissionsOf(role).find((one) => one.label === label);
  if (!known) throw notFound(label, 'Permission');
  return known;
}

function savePermissions(call: Call, role: StoredObject, changed: Permission[]): void {
  call.org.objects.put({ ...role, body: { ...role.body, permissions: changed } });
}

function permissionView({ origin }: Call, { id, list }: StoredObject, one: Permission): Json {
  const role = `${origin}${list}/${id}`;
  return {
    ...one,
    _links: { role: { href: role }, self: { href: `${role}/permissions/${one.label}` } },
  };
}
