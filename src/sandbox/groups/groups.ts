import { isDeepStrictEqual } from 'node:util';
import { logAccess } from '../apps/access.ts';
import { appCursor } from '../apps/apps.ts';
import { appView } from '../apps/view.ts';
import { invalid, oktaError } from '../errors.ts';
import { invalidateRules } from '../group-objects/rule-members.ts';
import {
  type Answer,
  type Call,
  type Endpoint,
  limitOf,
  noContent,
  objectBody,
  ok,
  page,
  pageSizeOf,
  wrongCursor,
} from '../http.ts';
import { isObject, type Json } from '../json.ts';
import { attributeOf, problemWith, type Schema } from '../schemas/attribute.ts';
import { matching, take } from '../sorted.ts';
import { appParty, groupParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import { seesGroup } from '../visibility.ts';
import { groupAttribute, groupFilter, groupSearch, nameStarts } from './group-filter.ts';
import type { Group } from './group-store.ts';
import { allMembers, groupById, groupCursor } from './membership.ts';
import { groupView } from './view.ts';

const read = 'okta.groups.read';
const manage = 'okta.groups.manage';

export const groupEndpoints: Endpoint[] = [
  { method: 'GET', path: '/api/v1/groups', scope: read, handle: listGroups },
  { method: 'POST', path: '/api/v1/groups', scope: manage, handle: createGroup },
  {
    method: 'GET',
    path: '/api/v1/groups/:id',
    scope: read,
    handle: (call) => ok(groupView(call, groupById(call), wantsStats(call))),
  },
  { method: 'PUT', path: '/api/v1/groups/:id', scope: manage, handle: replaceGroup },
  { method: 'DELETE', path: '/api/v1/groups/:id', scope: manage, handle: deleteGroup },
  { method: 'GET', path: '/api/v1/groups/:id/apps', scope: read, handle: listGroupApps },
];

function listGroups(call: Call): Answer {
  const { query, org } = call;
  const render = (group: Group) => groupView(call, group, wantsStats(call));
  const q = query.get('q');
  if (q) {
    const filter = query.get('filter');
    const filtered = filter ? matching(org.groups.from(), groupFilter(filter)) : org.groups.from();
    const found = matching(filtered, (group) => nameStarts(group, q) && seesGroup(call, group));
    return ok(take(found, limitOf(call, 300, 10_000)).map(render));
  }
  const limit = pageSizeOf(call, 10_000, 10_000);
  const seen = matching(candidates(call), (group) => seesGroup(call, group));
  const groups = take(seen, limit + 1);
  return page(call, groups, limit, { render, cursor: (last) => last.id });
}

const wantsStats = ({ query }: Call): boolean => query.get('expand') === 'stats';

function candidates(call: Call): Iterable<Group> {
  const { query, org } = call;
  const search = query.get('search');
  const filter = query.get('filter');
  if (search && filter) throw oktaError('E0000033');
  const after = groupCursor(call);
  const sortBy = search ? query.get('sortBy') : null;
  if (search && sortBy)
    return sorted(call, matching(org.groups.from(), groupSearch(org, search)), sortBy, after);
  const predicate = search ? groupSearch(org, search) : filter ? groupFilter(filter) : () => true;
  return matching(org.groups.from(after), predicate);
}

/** There are few groups, so the list is simply sorted for each page. */
function sorted(
  { org, query }: Call,
  groups: Iterable<Group>,
  sortBy: string,
  after: string | undefined,
): Group[] {
  const attribute = groupAttribute(org, sortBy);
  if (!attribute) throw oktaError('E0000031', '', [`sortBy: ${sortBy} is not a known attribute`]);
  const direction = query.get('sortOrder')?.toLowerCase() === 'desc' ? -1 : 1;
  const key = (group: Group) => {
    const value = attribute.read(group);
    return typeof value === 'number' ? value : String(value ?? '').toLowerCase();
  };
  const list = [...groups].sort(
    (a, b) => direction * (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a.id < b.id ? -1 : 1),
  );
  const last = list.findIndex((group) => group.id === after);
  if (after && last === -1) throw wrongCursor();
  return list.slice(last + 1);
}

function createGroup(call: Call): Answer {
  const { org } = call;
  const profile = readProfile(call);
  const now = org.clock.seconds();
  const times = { created: now, lastUpdated: now, lastMembershipUpdated: now };
  const id = org.ids.next('00g');
  const group = org.groups.put({
    id,
    type: 'OKTA_GROUP',
    objectClass: ['okta:user_group'],
    profile,
    ...times,
  });
  record(call, 'group.lifecycle.create', { target: [groupParty(group)] });
  return ok(groupView(call, group));
}

/** Replaces the whole profile: attributes the body omits are removed. */
function replaceGroup(call: Call): Answer {
  const group = ownGroup(call);
  const before = group.profile;
  group.profile = readProfile(call);
  group.lastUpdated = call.org.clock.seconds();
  const changed = Object.keys({ ...before, ...group.profile }).filter(
    (name) => !isDeepStrictEqual(before[name], group.profile[name]),
  );
  record(call, 'group.profile.update', {
    target: [groupParty(group)],
    debugData: { changedAttributes: changed.join(',') },
  });
  return ok(groupView(call, group));
}

function deleteGroup(call: Call): Answer {
  const group = ownGroup(call);
  const target = [groupParty(group)];
  const apps = [...call.org.apps.from()].filter((app) => app.groups.get(group.id));
  logAccess(call, { apps, users: allMembers(call, group) }, () => {
    for (const app of apps) {
      app.groups.delete(group.id);
      record(call, 'group.application_assignment.remove', { target: [...target, appParty(app)] });
    }
  });
  call.org.groups.delete(group.id);
  call.org.objects.deleteBelow(`/api/v1/groups/${group.id}`);
  invalidateRules(call, group.id);
  record(call, 'group.lifecycle.delete', { target });
  return noContent;
}

/** The API cannot change built-in and imported groups. */
function ownGroup(call: Call): Group {
  const group = groupById(call);
  if (group.type !== 'OKTA_GROUP') throw oktaError('E0000006');
  return group;
}

function readProfile(call: Call): Json {
  const { profile } = objectBody(call);
  const schema = call.org.groupSchema as Schema;
  const given = isObject(profile) ? profile : {};
  const values = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
  const causes = Object.entries(values).flatMap(([name, value]) => {
    const attribute = attributeOf(schema, name);
    if (!attribute) return [`Property name '${name}' is not defined in profile`];
    const problem = problemWith(attribute, value);
    return problem ? [`${name}: ${problem}`] : [];
  });
  if (!values.name) causes.unshift('name: The field cannot be left blank');
  if (causes.length > 0) throw invalid('name', ...causes);
  return values;
}

function listGroupApps(call: Call): Answer {
  const group = groupById(call);
  const limit = pageSizeOf(call, 20, 200);
  const apps = matching(call.org.apps.from(appCursor(call)), (app) => app.groups.get(group.id) !== undefined);
  return page(call, take(apps, limit + 1), limit, {
    render: (app) => appView(call, app),
    cursor: (last) => last.id,
  });
}
