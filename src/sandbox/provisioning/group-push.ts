import { invalid, oktaError } from '../errors.ts';
import { groupById } from '../groups/membership.ts';
import type { Call } from '../http.ts';
import type { Json } from '../json.ts';
import { plainView } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import { appParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import { provisionedApp } from './features.ts';
import { mappingsPath } from './push/reactions.ts';

/** Groups whose members Okta keeps equal in an app. A mapping is about both, so each call needs two scopes. */
export const groupPushKind = defineKind({
  path: mappingsPath,
  param: 'mappingId',
  prefix: 'gPm',
  type: 'GroupPushMapping',
  scope: 'okta.apps okta.groups',
  serves: ['list', 'read', 'create', 'update', 'delete'],
  updatesBy: 'PATCH',
  list: { limit: [100, 1000], select: selected },
  guard: provisionedApp,
  make,
  made: ({ org }, mapping) => push(org, mapping),
  change(call, { status }, known) {
    const { body } = known;
    if (status !== 'ACTIVE' && status !== 'INACTIVE')
      throw invalid('status', 'status: ACTIVE or INACTIVE is expected');
    const verb = status === 'ACTIVE' ? 'activate' : 'deactivate';
    if (status !== body.status)
      record(call, `application.provision.group_push.${verb}_mapping`, {
        target: [appParty(provisionedApp(call))],
      });
    const changed = { ...body, status };
    if (status !== body.status) push(call.org, { ...known, body: changed });
    return changed;
  },
  view,
  mayDelete(call, { body }) {
    if (!/^(true|false)$/.test(call.query.get('deleteTargetGroup') ?? '')) throw oktaError('E0000028');
    if (statusOf(call, body) === 'ACTIVE')
      throw invalid('status', 'An active group push mapping cannot be deleted: deactivate it first.');
  },
  deleted({ org, query }, mapping) {
    const deletes = query.get('deleteTargetGroup') === 'true';
    org.provisioning.unlink(mapping, deletes);
    if (deletes) org.groups.delete(String(mapping.body.targetGroupId));
  },
  deletion: { status: 200 },
  events: {
    create: 'application.provision.group_push.mapping.created',
    delete: 'application.provision.group_push.removed',
  },
});

/** An active group is written as a whole. */
function push({ provisioning }: Call['org'], mapping: StoredObject): void {
  if (mapping.body.status === 'ACTIVE') provisioning.group(mapping);
}

function selected(call: Call): (object: StoredObject) => boolean {
  const { query } = call;
  const since = Date.parse(query.get('lastUpdated') ?? '');
  return ({ body, lastUpdated }) =>
    (!query.has('sourceGroupId') || query.get('sourceGroupId') === body.sourceGroupId) &&
    (!query.has('status') || query.get('status') === statusOf(call, body)) &&
    !(lastUpdated < since);
}

/** The target is an existing group of the app, or one that the app gets. */
function make(call: Call, { sourceGroupId, targetGroupId, targetGroupName, status = 'ACTIVE' }: Json): Json {
  const { org, params } = call;
  if ((targetGroupId === undefined) === (targetGroupName === undefined))
    throw invalid('targetGroup', 'Either targetGroupId or targetGroupName is expected, not both.');
  const source = groupById(call, String(sourceGroupId));
  const mappings = [...org.objects.of(`/api/v1/apps/${params.appId}/group-push/mappings`)];
  if (mappings.some(({ body }) => body.sourceGroupId === source.id))
    throw invalid('sourceGroupId', 'A mapping of this group already exists for the app.');
  const target =
    targetGroupId === undefined
      ? newTarget(call, String(targetGroupName))
      : groupById(call, String(targetGroupId)).id;
  return { sourceGroupId: source.id, status, targetGroupId: target };
}

function newTarget({ org }: Call, name: string): string {
  const now = org.clock.seconds();
  const times = { created: now, lastUpdated: now, lastMembershipUpdated: now };
  const objectClass = ['okta:windows_security_principal'];
  const id = org.ids.next('00g');
  return org.groups.put({ id, type: 'APP_GROUP', objectClass, profile: { name }, ...times }).id;
}

/** A push to an app that is not active fails. */
function statusOf(call: Call, { status }: Json): unknown {
  return status === 'ACTIVE' && provisionedApp(call).status !== 'ACTIVE' ? 'ERROR' : status;
}

/** Times have no milliseconds here. */
function view(call: Call, object: StoredObject): Json {
  const { created, lastUpdated, status: _, _links, ...members } = plainView(call, groupPushKind, object);
  const status = statusOf(call, object.body);
  const at = (path: string) => ({ href: `${call.origin}/api/v1/${path}` });
  return {
    ...members,
    created: String(created).replace('.000', ''),
    lastUpdated: String(lastUpdated).replace('.000', ''),
    status,
    ...(status === 'ERROR' ? { errorSummary: 'The app is not active.' } : {}),
    _links: {
      app: at(`apps/${call.params.appId}`),
      sourceGroup: at(`groups/${object.body.sourceGroupId}`),
      targetGroup: at(`groups/${object.body.targetGroupId}`),
    },
  };
}
