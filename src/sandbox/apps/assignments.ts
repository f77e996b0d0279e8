import { invalid, notFound, oktaError } from '../errors.ts';
import { nameStarts } from '../groups/group-filter.ts';
import { allMembers, groupById, groupCursor } from '../groups/membership.ts';
import {
  type Answer,
  type Call,
  type Endpoint,
  noContent,
  objectBody,
  ok,
  page,
  pageSizeOf,
} from '../http.ts';
import { isObject, type Json } from '../json.ts';
import { appParty, groupParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import { userCursor } from '../users/find.ts';
import type { User } from '../users/user.ts';
import { hidden, seesUser } from '../visibility.ts';
import { logAccess, parties } from './access.ts';
import { type App, type GroupAssignment, type UserAssignment, userNameFor } from './app-store.ts';
import { appById } from './apps.ts';
import { appGroupView, appUserView } from './view.ts';

const read = 'okta.apps.read';
const manage = 'okta.apps.manage';
const users = '/api/v1/apps/:appId/users';
const groups = '/api/v1/apps/:appId/groups';

export const assignmentEndpoints: Endpoint[] = [
  { method: 'GET', path: users, scope: read, handle: listUsers },
  { method: 'POST', path: users, scope: manage, handle: assignUser },
  { method: 'GET', path: `${users}/:userId`, scope: read, handle: getUser },
  { method: 'POST', path: `${users}/:userId`, scope: manage, handle: updateUser },
  { method: 'DELETE', path: `${users}/:userId`, scope: manage, handle: unassignUser },
  { method: 'GET', path: groups, scope: read, handle: listGroups },
  { method: 'GET', path: `${groups}/:id`, scope: read, handle: getGroup },
  { method: 'PUT', path: `${groups}/:id`, scope: manage, handle: assignGroup },
  { method: 'PATCH', path: `${groups}/:id`, scope: manage, handle: patchGroup },
  { method: 'DELETE', path: `${groups}/:id`, scope: manage, handle: unassignGroup },
];

// Sign-on modes for which Okta refuses a password in an assignment.
const foreignCredentials = new Set(['SAML_2_0', 'BOOKMARK', 'AUTO_LOGIN']);

function listUsers(call: Call): Answer {
  const app = appById(call);
  const limit = pageSizeOf(call, 50, 500);
  const q = call.query.get('q')?.toLowerCase() ?? '';
  const wanted = (user: User) =>
    seesUser(call, user) &&
    [user.profile.login, user.profile.firstName, user.profile.lastName].some((value) =>
      String(value).toLowerCase().startsWith(q),
    );
  const found = call.org.apps.assignments(app, userCursor(call), limit + 1, wanted);
  return page(call, found, limit, {
    render: (assignment) => view(call, app, assignment),
    cursor: (last) => last.id,
  });
}

function assignUser(call: Call): Answer {
  const { org } = call;
  const app = appById(call);
  const body = objectBody(call);
  const user = userById(call, String(body.id));
  if (user.status === 'DEPROVISIONED' || user.status === 'SUSPENDED') throw oktaError('E0000117');
  if (app.users.get(user.id)) throw oktaError('E0000062');
  const now = org.clock.seconds();
  const userName = readUserName(app, body) ?? userNameFor(app, user);
  const profile = isObject(body.profile) ? body.profile : {};
  const assignment: UserAssignment = {
    id: user.id,
    scope: 'USER',
    created: now,
    lastUpdated: now,
    userName,
    profile,
  };
  app.users.put(assignment);
  record(call, 'application.user_membership.add', { target: parties(app, user, userName) });
  return ok(view(call, app, assignment));
}

function getUser(call: Call): Answer {
  const app = appById(call);
  return ok(view(call, app, assignmentIn(call, app)));
}

function updateUser(call: Call): Answer {
  const app = appById(call);
  const known = assignmentIn(call, app);
  const body = objectBody(call);
  const assignment: UserAssignment = {
    ...known,
    scope: 'USER',
    lastUpdated: call.org.clock.seconds(),
    userName: readUserName(app, body) ?? known.userName,
    profile: { ...known.profile, ...(isObject(body.profile) ? body.profile : {}) },
  };
  app.users.put(assignment);
  const user = userById(call, assignment.id);
  record(call, 'application.user_membership.update', { target: parties(app, user, assignment.userName) });
  return ok(view(call, app, assignment));
}

/** Removes a direct assignment; one through a group remains as long as the group is assigned. */
function unassignUser(call: Call): Answer {
  const app = appById(call);
  const { id, userName } = assignmentIn(call, app);
  if (app.users.delete(id))
    record(call, 'application.user_membership.remove', {
      target: parties(app, userById(call, id), userName),
    });
  return noContent;
}

function listGroups(call: Call): Answer {
  const app = appById(call);
  const limit = pageSizeOf(call, 20, 200);
  const q = call.query.get('q') ?? '';
  const found = [...app.groups.from(groupCursor(call))].filter(({ id }) => {
    const group = call.org.groups.get(id);
    return group && nameStarts(group, q);
  });
  return page(call, found, limit, {
    render: (assignment) => groupAssignmentView(call, app, assignment),
    cursor: (last) => last.id,
  });
}

function getGroup(call: Call): Answer {
  const app = appById(call);
  return ok(groupAssignmentView(call, app, groupAssignmentIn(call, app)));
}

function assignGroup(call: Call): Answer {
  const app = appById(call);
  const group = groupById(call);
  const body = isObject(call.body) ? call.body : {};
  const known = app.groups.get(group.id);
  const assignment = {
    id: group.id,
    priority: typeof body.priority === 'number' ? body.priority : (known?.priority ?? app.groups.size),
    lastUpdated: call.org.clock.seconds(),
    profile: isObject(body.profile) ? body.profile : {},
  };
  logAccess(call, { apps: [app], users: allMembers(call, group) }, () => {
    app.groups.put(assignment);
    record(call, `group.application_assignment.${known ? 'update' : 'add'}`, {
      target: [groupParty(group), appParty(app)],
    });
  });
  return ok(appGroupView(call, app, assignment));
}

/** Changes members of an assignment by JSON patch. */
function patchGroup(call: Call): Answer {
  const app = appById(call);
  const known = groupAssignmentIn(call, app);
  const changes = Array.isArray(call.body) ? call.body.filter(isObject) : [];
  if (changes.length === 0) throw oktaError('E0000003');
  const { priority, profile } = known;
  const patched = changes.reduce<Json>(patchedBy, { priority, profile });
  const assignment = { ...known, ...patched, lastUpdated: call.org.clock.seconds() };
  app.groups.put(assignment);
  record(call, 'group.application_assignment.update', {
    target: [groupParty(groupById(call)), appParty(app)],
  });
  return ok(appGroupView(call, app, assignment));
}

function patchedBy(assignment: Json, { op, path, value }: Json): Json {
  const [, member, attribute] = /^\/(priority|profile)(?:\/(\w+))?$/.exec(String(path)) ?? [];
  if (member === undefined || !['add', 'replace', 'remove'].includes(String(op)))
    throw invalid('patch', `patch: ${op} ${path} is not supported`);
  const given = op === 'remove' ? undefined : value;
  if (attribute === undefined) return { ...assignment, [member]: given };
  return { ...assignment, [member]: { ...(assignment[member] as Json), [attribute]: given } };
}

function unassignGroup(call: Call): Answer {
  const app = appById(call);
  const { id } = groupAssignmentIn(call, app);
  const group = groupById(call);
  logAccess(call, { apps: [app], users: allMembers(call, group) }, () => {
    app.groups.delete(id);
    record(call, 'group.application_assignment.remove', { target: [groupParty(group), appParty(app)] });
  });
  return noContent;
}

function userById(call: Call, id: string): User {
  const user = call.org.users.get(id);
  if (!user) throw notFound(id, 'User');
  if (!seesUser(call, user)) throw hidden(call, id, 'User');
  return user;
}

function assignmentIn(call: Call, app: App): UserAssignment {
  const id = call.params.userId as string;
  const user = userById(call, id);
  const assignment = call.org.apps.assignmentOf(app, user);
  if (!assignment) throw notFound(id, 'AppUser');
  return assignment;
}

function groupAssignmentIn(call: Call, app: App) {
  const group = groupById(call);
  const assignment = app.groups.get(group.id);
  if (!assignment) throw notFound(group.id, 'AppGroupAssignment');
  return assignment;
}

function readUserName(app: App, body: Json): string | undefined {
  const { credentials } = body;
  if (!isObject(credentials)) return undefined;
  if (credentials.password !== undefined && foreignCredentials.has(app.signOnMode))
    throw oktaError('E0000041');
  return typeof credentials.userName === 'string' ? credentials.userName : undefined;
}

function view(call: Call, app: App, assignment: UserAssignment): Json {
  const user = userById(call, assignment.id);
  return appUserView(call, app, user, assignment, call.query.get('expand') === 'user');
}

function groupAssignmentView(call: Call, app: App, assignment: GroupAssignment): Json {
  const expand = call.query.get('expand') === 'group';
  return appGroupView(call, app, assignment, expand ? call.org.groups.get(assignment.id) : undefined);
}
