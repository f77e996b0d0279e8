import { invalid, oktaError } from '../errors.ts';
import { type Attribute, compileFilter, type Predicate } from '../filter/compile.ts';
import { FilterSyntaxError, parseFilter } from '../filter/parse.ts';
import type { Call } from '../http.ts';
import { isObject, type Json } from '../json.ts';
import { plainView } from '../kinds/endpoints.ts';
import { defineKind, type Kind } from '../kinds/kind.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import type { Org } from '../org.ts';
import { defaultRealmId } from '../users/user.ts';

const path = '/api/v1/realms';

export const realms = defineKind({
  ...{ path, param: 'realmId', prefix: 'guo', type: 'Realm', scope: 'okta.realms' },
  list: { limit: [10, 200], select: ({ query }) => searched(query.get('search') ?? '') },
  make: (_call, { profile }) => ({ profile: profileOf(profile), isDefault: false }),
  change: (_call, { profile }, { body }) => ({ ...body, profile: profileOf(profile) }),
  mayDelete({ org }, { id, body }) {
    if (body.isDefault) throw oktaError('E0000006');
    if ([...org.users.from()].some(({ realmId }) => realmId === id))
      throw invalid('realmId', 'realmId: A realm that has users cannot be deleted.');
  },
  view: (call, realm) => ({ ...plainView(call, realms, realm), _links: selfOf(call, realm) }),
  nameOf: ({ body }) => String((body.profile as Json).name),
});

/** @throws Refusal E0000003 without a profile */
function profileOf(profile: unknown): Json {
  if (!isObject(profile)) throw oktaError('E0000003');
  if (typeof profile.name !== 'string' || profile.name === '')
    throw invalid('name', 'name: The field cannot be left blank');
  return { ...profile, domains: profile.domains ?? [] };
}

const text: Attribute<StoredObject>['operators'] = new Set(['eq', 'sw', 'co']);

/** @throws Refusal E0000031 */
function searched(search: string): Predicate<StoredObject> {
  if (search === '') return () => true;
  try {
    return compileFilter<StoredObject>(parseFilter(search), {
      ...{ negation: false, caseSensitive: false },
      attribute: (name) =>
        /^profile\.(name|realmType)$/.test(name)
          ? { read: ({ body }) => (body.profile as Json)[name.slice('profile.'.length)], operators: text }
          : undefined,
    });
  } catch (error) {
    if (error instanceof FilterSyntaxError) throw oktaError('E0000031', '', [error.message]);
    throw error;
  }
}

/** Links of realms have another form than those of other objects. */
function selfOf(call: Call, { list, id }: StoredObject): Json {
  return { self: { rel: 'self', href: `${call.origin}${list}/${id}`, method: 'GET' } };
}

/** Rules that put users into realms, in the order of their priority. */
export const realmAssignments: Kind = defineKind({
  ...{ path: '/api/v1/realm-assignments', param: 'assignmentId', prefix: 'rul', type: 'RealmAssignment' },
  scope: 'okta.realmAssignments',
  list: { limit: [20, 200], order: (a, b) => Number(a.body.priority) - Number(b.body.priority) },
  make: (call, body) => ({ status: 'INACTIVE', ...assignmentOf(call, body), isDefault: false }),
  change: (call, body, { body: { status, isDefault } }) => ({
    status,
    ...assignmentOf(call, body),
    isDefault,
  }),
  mayDelete(_call, { body }) {
    if (body.status === 'ACTIVE') throw oktaError('E0000107');
  },
  lifecycle: {
    activate: { status: 'ACTIVE', answers: 'nothing' },
    deactivate: { status: 'INACTIVE', answers: 'nothing' },
  },
  view: (call, one) => ({ ...plainView(call, realmAssignments, one), _links: selfOf(call, one) }),
});

function assignmentOf({ org }: Call, { name, conditions, actions, priority = 0 }: Json): Json {
  if (typeof name !== 'string' || name === '') throw invalid('name', 'name: The field cannot be left blank');
  const { assignUserToRealm } = isObject(actions) ? actions : {};
  const realmId = isObject(assignUserToRealm) ? String(assignUserToRealm.realmId) : '';
  if (!org.objects.get(path, realmId)) throw invalid('realmId', 'realmId: The realm does not exist.');
  return { name, conditions, actions, priority };
}

/** Every org has a realm for the users who are in no other. */
export function seedRealm(org: Org): void {
  org.objects.put({
    ...{ id: defaultRealmId, list: path, created: org.created, lastUpdated: org.created },
    body: { profile: { name: 'Default Realm', realmType: 'DEFAULT', domains: [] }, isDefault: true },
  });
}
