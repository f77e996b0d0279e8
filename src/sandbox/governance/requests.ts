import { invalid, notFound } from '../errors.ts';
import { type Answer, type Call, type Endpoint, objectBody } from '../http.ts';
import { isObject, type Json } from '../json.ts';
import { viewOf } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import { systemActor } from '../system-log/event.ts';
import { catalogEntries } from './catalog.ts';
import { createdBy, governedView } from './governed.ts';
import { filtered, ordering } from './query.ts';
import { recordRequest } from './request-log.ts';
import { activeCondition } from './request-rules.ts';

const filterable = [
  ...['status', 'grantStatus', 'requestedFor', 'resourceId', 'resourceType', 'accessScopeId'],
  'accessScopeType',
];
const decisionMs = 1000;

/** Requests for access, which somebody approves or denies. */
export const accessRequests = defineKind({
  ...{ path: '/governance/api/v2/requests', param: 'requestId', prefix: 'req', type: 'AccessRequest' },
  ...{ scope: 'okta.accessRequests.request', serves: ['list', 'read'] },
  list: {
    ...{ limit: [20, 200], in: 'data' },
    select: ({ query }) => filtered(query, (name) => filterable.includes(name), read),
    order: ordering(['created', 'lastUpdated'], read),
  },
  view(call, request) {
    const { requested } = request.body as { requested: Json };
    const condition = activeCondition(call.org, String(requested.resourceId));
    return governedView(call, request, condition ? linkTo(condition) : {});
  },
  nameOf: ({ id }) => id,
});

const linkTo = ({ list, id }: StoredObject) => ({ approvalCondition: `${list}/${id}` });

function read({ body, created, lastUpdated }: StoredObject, name: string): unknown {
  if (name === 'created') return created;
  if (name === 'lastUpdated') return lastUpdated;
  if (name === 'requestedFor') return (body.requestedFor as Json).externalId;
  return body[name] ?? (body.requested as Json)[name];
}

export const requestEndpoints: Endpoint[] = [
  {
    ...{ method: 'POST', path: accessRequests.path, scope: 'okta.accessRequests.request.manage' },
    handle: submit,
  },
];

/** Takes a request; what comes of it shows a moment later. */
function submit(call: Call): Answer {
  const { org } = call;
  const body = objectBody(call);
  const requestedFor = userOf(call, body.requestedFor, 'requestedFor');
  const me = { externalId: call.principal.userId ?? org.adminId, type: 'OKTA_USER' };
  const requestedBy = body.requestedBy ? userOf(call, body.requestedBy, 'requestedBy') : me;
  const now = org.clock.seconds();
  const request = org.objects.put({
    ...{ id: org.ids.next('req'), list: accessRequests.path, created: now, lastUpdated: now },
    body: {
      ...{ ...createdBy(call), status: 'SUBMITTED', requestedBy, requestedFor },
      ...{
        requested: requestedOf(call, body.requested),
        requesterFieldValues: body.requesterFieldValues ?? [],
      },
    },
  });
  recordRequest(call, 'access.request.create', accessRequests, request);
  org.later(decisionMs, () => route(call, request));
  org.later(org.settings.requestLifetimeMs, () => expire(call, request.id));
  return { status: 202, body: viewOf(call, accessRequests, request) };
}

function userOf({ org }: Call, given: unknown, name: string): Json {
  const { externalId, type } = isObject(given) ? given : {};
  if (type !== 'OKTA_USER' || !org.users.get(String(externalId)))
    throw invalid(name, `${name}: an existing user is expected`);
  return { externalId, type };
}

function requestedOf({ org }: Call, given: unknown): Json {
  const { entryId, type } = isObject(given) ? given : {};
  if (type !== 'CATALOG_ENTRY') throw invalid('requested', 'requested: a catalog entry is expected');
  const entry = org.objects.get(catalogEntries.path, String(entryId));
  if (!entry) throw notFound(String(entryId), 'CatalogEntry');
  const { resourceId } = entry.body;
  const resourceType = 'APPLICATION';
  return { entryId, resourceId, resourceType, accessScopeId: resourceId, accessScopeType: resourceType };
}

/** Passes a request on to those who approve it; without an active condition nobody does, and it is rejected. */
function route(call: Call, request: StoredObject): void {
  const { org } = call;
  const { requested } = request.body as { requested: Json };
  const isCovered = activeCondition(org, String(requested.resourceId)) !== undefined;
  const provider = isCovered
    ? { type: 'OKTA', providerName: 'Okta', providerDescription: 'Okta', externalRequestId: request.id }
    : {
        type: 'EXTERNAL',
        providerName: 'External',
        providerDescription: 'External',
        externalRequestId: 'N/A',
      };
  const done = org.objects.put({
    ...{ ...request, lastUpdated: org.clock.seconds() },
    body: {
      ...{ ...request.body, status: isCovered ? 'PENDING' : 'REJECTED' },
      requestApproval: { ...provider, decisions: [] },
      riskAssessment: { requestSubmissionType: 'ALLOWED_WITH_NO_OVERRIDES', riskRules: [] },
    },
  });
  const eventType = isCovered ? 'access.request.update' : 'access.request.reject';
  recordRequest(call, eventType, accessRequests, done);
}

/** Ends a request that nobody has decided. */
function expire(call: Call, id: string): void {
  const { org } = call;
  const request = org.objects.get(accessRequests.path, id);
  if (request?.body.status !== 'PENDING') return;
  const lastUpdated = org.clock.seconds();
  const expired = org.objects.put({ ...request, lastUpdated, body: { ...request.body, status: 'EXPIRED' } });
  const byOkta = { ...call, principal: { actor: systemActor } };
  recordRequest(byOkta, 'access.request.expire', accessRequests, expired, { expiredAt: String(lastUpdated) });
}
