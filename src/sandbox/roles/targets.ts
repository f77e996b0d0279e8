import { invalid, oktaError } from '../errors.ts';
import { groupById } from '../groups/membership.ts';
import { groupView } from '../groups/view.ts';
import { type Answer, type Call, type Endpoint, noContent, page, pageSizeOf } from '../http.ts';
import type { Json } from '../json.ts';
import { type Assignee, roleById } from './assignees.ts';
import { type RoleAssignment, type RoleType, targetKinds } from './role-store.ts';

type Target = 'groups' | 'apps';

/** The groups and apps to which the roles of an assignee are limited. */
export function targetEndpoints(assignee: Assignee): Endpoint[] {
  const targets = `${assignee.path}/roles/:roleId/targets`;
  const groups = `${targets}/groups`;
  const apps = `${targets}/catalog/apps`;
  const [read, manage] = ['okta.roles.read', 'okta.roles.manage'];
  const changes = ([what, path]: [Target, string]): Endpoint[] => [
    { method: 'PUT', path, scope: manage, handle: (call) => add(call, assignee, what) },
    { method: 'DELETE', path, scope: manage, handle: (call) => remove(call, assignee, what) },
  ];
  return [
    { method: 'GET', path: groups, scope: read, handle: (call) => list(call, assignee, 'groups') },
    { method: 'GET', path: apps, scope: read, handle: (call) => list(call, assignee, 'apps') },
    // Only a user's role can be made unlimited again.
    ...(assignee.assignmentType === 'USER'
      ? [{ method: 'PUT', path: apps, scope: manage, handle: (call: Call) => reset(call, assignee) } as const]
      : []),
    ...(
      [
        ['groups', `${groups}/:target`],
        ['apps', `${apps}/:name`],
        ['apps', `${apps}/:name/:target`],
      ] satisfies [Target, string][]
    ).flatMap(changes),
  ];
}

/** The targets of a role as `expand` embeds them. */
export function expanded(call: Call, { type, targets }: RoleAssignment): { _embedded?: Json } {
  const what = targetKinds[type as RoleType];
  const shown = targets.map((target) => viewOf(call, target));
  if (what === 'groups' && call.query.get('expand') === 'targets/groups')
    return { _embedded: { targets: { groups: shown } } };
  if (what === 'apps' && call.query.get('expand') === 'targets/catalog/apps')
    return { _embedded: { targets: { catalog: { apps: shown } } } };
  return {};
}

/** Pages have at most 20 items: Okta ignores `limit` here. */
function list(call: Call, assignee: Assignee, what: Target): Answer {
  const { targets } = roleWith(call, assignee, what).role;
  const after = call.query.get('after');
  const rest = after ? targets.slice(targets.indexOf(after) + 1) : targets;
  return page(call, rest, Math.min(20, pageSizeOf(call, 20, 200)), {
    render: (target) => viewOf(call, target),
    cursor: (last) => last,
  });
}

/** Adds a target. All instances of an app replace single ones. */
function add(call: Call, assignee: Assignee, what: Target): Answer {
  const { id, role } = roleWith(call, assignee, what);
  const target = targetOf(call, what);
  const others = role.targets.filter((one) => one !== target && !one.startsWith(`${target}/`));
  save(call, id, role, [...others, target]);
  return noContent;
}

/** Removes a target. @throws Refusal for the last one, without which the role would apply to everything */
function remove(call: Call, assignee: Assignee, what: Target): Answer {
  const { id, role } = roleWith(call, assignee, what);
  const targets = role.targets.filter((one) => one !== targetOf(call, what));
  if (targets.length === 0) throw invalid('target', 'target: the last target of a role cannot be removed');
  save(call, id, role, targets);
  return noContent;
}

/** Makes a role apply to all apps again. */
function reset(call: Call, assignee: Assignee): Answer {
  const { id, role } = roleWith(call, assignee, 'apps');
  save(call, id, role, []);
  return { status: 200 };
}

function save({ org }: Call, id: string, role: RoleAssignment, targets: readonly string[]): void {
  org.roles.put(id, { ...role, targets, lastUpdated: org.clock.seconds() });
}

/** @throws Refusal E0000007 for an unknown role, E0000091 for one without such targets */
function roleWith(call: Call, assignee: Assignee, what: Target): { id: string; role: RoleAssignment } {
  const id = assignee.find(call);
  const role = roleById(call, id);
  if (targetKinds[role.type as RoleType] !== what) throw oktaError('E0000091');
  return { id, role };
}

function targetOf(call: Call, what: Target): string {
  const { name, target } = call.params;
  if (what === 'groups') return groupById(call, target).id;
  return target ? `${name}/${target}` : String(name);
}

function viewOf(call: Call, target: string): Json {
  const { org, origin } = call;
  const group = org.groups.get(target);
  if (group) return groupView(call, group);
  const [name = '', id] = target.split('/');
  if (id)
    return {
      ...{ name: org.apps.get(id)?.label ?? name, status: 'ACTIVE', id },
      _links: { self: { href: `${origin}/api/v1/apps/${id}` } },
    };
  const isOpenId = name === 'oidc_client';
  return {
    ...{
      name,
      displayName: name,
      description: name,
      status: 'ACTIVE',
      category: isOpenId ? 'OAUTH2' : 'APPS',
    },
    ...{ lastUpdated: '2024-01-01T00:00:00.000Z', verificationStatus: 'OKTA_VERIFIED' },
    ...{ website: `https://${name}.example`, signOnModes: [isOpenId ? 'OPENID_CONNECT' : 'SAML_2_0'] },
    ...(isOpenId ? { features: ['DEFAULT_PUSH_STATUS_TO_PUSH'] } : {}),
    _links: {
      logo: [{ name: 'medium', href: `${origin}/assets/img/logos/default.png`, type: 'image/png' }],
      self: { href: `${origin}/api/v1/catalog/apps/${name}` },
    },
  };
}
