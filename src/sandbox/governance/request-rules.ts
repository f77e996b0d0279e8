import { invalid, notFound, oktaError } from '../errors.ts';
import { type Answer, type Call, type Endpoint, objectBody, ok } from '../http.ts';
import { isObject, type Json } from '../json.ts';
import { found, merged, partyOf, viewOf } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';
import type { Org } from '../org.ts';
import { readSingle, writeSingle } from '../org-settings/single.ts';
import { record } from '../system-log/record.ts';
import { addEntry } from './catalog.ts';
import { createdBy, governedView } from './governed.ts';

const api = '/governance/api/v2';
const resource = `${api}/resources/:resourceId`;
const scope = 'okta.accessRequests.condition';
const [read, manage] = [`${scope}.read`, `${scope}.manage`];

/** Who may request a resource, and who approves it. */
export const requestConditions = defineKind({
  ...{ path: `${resource}/request-conditions`, param: 'requestConditionId', prefix: 'rco', scope },
  ...{ type: 'RequestCondition', serves: ['list', 'read', 'create', 'update', 'delete'], created: 201 },
  ...{ updatesBy: 'PATCH', list: { in: 'data' } },
  make(call, body) {
    for (const name of ['name', 'approvalSequenceId', 'accessScopeSettings', 'requesterSettings'])
      if (!body[name]) throw invalid(name, `${name}: The field cannot be left blank`);
    return { ...createdBy(call), priority: 0, ...body, status: 'INACTIVE' };
  },
  change: (_call, body, { body: { status } }) => ({ ...body, status }),
  mayDelete(_call, { body }) {
    if (body.status === 'ACTIVE') throw oktaError('E0000107');
  },
  view: (call, condition) => governedView(call, condition),
  events: {
    create: 'access.request.condition.create',
    update: 'access.request.condition.update',
    delete: 'access.request.condition.delete',
  },
});

/** The steps of an approval; they are made in the admin console alone. */
export const requestSequences = defineKind({
  ...{ path: `${resource}/request-sequences`, param: 'sequenceId', prefix: 'rsq', scope },
  ...{ type: 'RequestSequence', serves: ['list', 'read'], list: { in: 'data' } },
  view: (_call, { id, body }) => ({ id, ...body }),
});

/** The active condition of a resource, if there is one. */
export function activeCondition({ objects }: Org, resourceId: string) {
  const conditions = objects.of(requestConditions.path.replace(':resourceId', resourceId));
  return [...conditions].find(({ body }) => body.status === 'ACTIVE');
}

export const requestRuleEndpoints: Endpoint[] = [
  ...(['activate', 'deactivate'] as const).map(
    (name): Endpoint => ({
      ...{ method: 'POST', path: `${requestConditions.path}/:requestConditionId/${name}`, scope: manage },
      handle: (call) => setStatus(call, name),
    }),
  ),
  {
    ...{ method: 'GET', path: `${api}/request-settings`, scope: read },
    handle: ({ org }) => ok(readSingle(org, `${api}/request-settings`, orgSettings)),
  },
  {
    ...{ method: 'PATCH', path: `${api}/request-settings`, scope: manage },
    handle: (call) => patch(call, `${api}/request-settings`, orgSettings),
  },
  {
    ...{ method: 'GET', path: `${resource}/request-settings`, scope: read },
    handle: (call) => ok(readSingle(call.org, settingsPath(call), resourceSettings)),
  },
  {
    ...{ method: 'PATCH', path: `${resource}/request-settings`, scope: manage },
    handle: (call) => patch(call, settingsPath(call), resourceSettings),
  },
];

/** Users find a resource in their catalog while one of its conditions is active. */
function setStatus(call: Call, name: 'activate' | 'deactivate'): Answer {
  const { org } = call;
  const known = found(call, requestConditions);
  const status = name === 'activate' ? 'ACTIVE' : 'INACTIVE';
  const lastUpdated = org.clock.seconds();
  const condition = org.objects.put({ ...known, lastUpdated, body: { ...known.body, status } });
  record(call, `access.request.condition.${name}`, { target: [partyOf(requestConditions, condition)] });
  if (status === 'ACTIVE') addEntry(org, String(call.params.resourceId));
  return ok(viewOf(call, requestConditions, condition));
}

const orgSettings = {
  ...{ subprocessorsAcknowledged: true, provisioningStatus: 'PROVISIONED' },
  ...{ requestExperiences: ['CATALOG', 'ADMIN_ROLES'], longTimePastProvisioned: false },
};

const types = (...names: string[]) => names.map((type) => ({ type }));

const resourceSettings = {
  validAccessScopeSettings: types('RESOURCE_DEFAULT', 'ENTITLEMENT_BUNDLES'),
  validRequesterSettings: types('EVERYONE', 'GROUPS'),
  validAccessDurationSettings: {
    supportedTypes: types('REQUESTER_SPECIFIED_DURATION', 'ADMIN_FIXED_DURATION'),
    ...{ required: false, maximumDays: 90, maximumHours: 72, maximumWeeks: 12 },
  },
  validRiskSettings: { supportedTypes: types('DEFAULT_SETTING') },
  riskSettings: { defaultSetting: { requestSubmissionType: 'RESTRICTED' } },
  validRequestOnBehalfOfSettings: [],
};

/** The path of a resource's settings. @throws Refusal E0000007 for a resource that is neither an app nor a group */
function settingsPath({ org, params: { resourceId = '' } }: Call): string {
  if (!org.apps.get(resourceId) && !org.groups.get(resourceId)) throw notFound(resourceId, 'Resource');
  return `${resource.replace(':resourceId', resourceId)}/request-settings`;
}

/** Members that are null are removed. */
function patch(call: Call, path: string, initial: Json): Answer {
  const known = readSingle(call.org, path, initial);
  const body = objectBody(call);
  writeSingle(call.org, path, withoutNulls(merged(known, body)));
  record(call, 'access.request.settings.update');
  return ok(readSingle(call.org, path, initial));
}

function withoutNulls(body: Json): Json {
  const kept = Object.entries(body).filter(([, value]) => value !== null);
  return Object.fromEntries(
    kept.map(([name, value]) => [name, isObject(value) ? withoutNulls(value) : value]),
  );
}
