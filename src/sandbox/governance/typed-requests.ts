import { createHash } from 'node:crypto';
import { invalid } from '../errors.ts';
import { type Answer, type Call, type Endpoint, objectBody } from '../http.ts';
import { viewOf } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import { createdBy, governedView } from './governed.ts';
import { filtered, ordering } from './query.ts';
import { recordRequest } from './request-log.ts';

const HEX_ID = /^[a-f\d]{24}$/i;

/** Requests that a request type handles, at the older path. Their ids are no usual ids of Okta's. */
export const typedRequests = defineKind({
  ...{ path: '/governance/api/v1/requests', param: 'requestId', prefix: 'req', type: 'Request' },
  ...{ scope: 'okta.governance.accessRequests', serves: ['list', 'read'] },
  list: {
    ...{ limit: [20, 200], in: 'data' },
    select: ({ query }) => filtered(query, (name) => name === 'requestStatus', read),
    order: ordering(['created', 'lastUpdated'], read),
  },
  view: (call, request) =>
    governedView(call, request, {
      requestType: `/governance/api/v1/request-types/${request.body.requestTypeId}`,
    }),
  nameOf: ({ body }) => String(body.subject),
});

function read({ body, created, lastUpdated }: StoredObject, name: string): unknown {
  if (name === 'created') return created;
  return name === 'lastUpdated' ? lastUpdated : body[name];
}

export const typedRequestEndpoints: Endpoint[] = [
  {
    ...{ method: 'POST', path: typedRequests.path, scope: 'okta.governance.accessRequests.manage' },
    handle: submit,
  },
];

function submit(call: Call): Answer {
  const { org } = call;
  const { requestTypeId, subject, requesterUserIds, requesterFieldValues = [] } = objectBody(call);
  if (!HEX_ID.test(String(requestTypeId)))
    throw invalid('requestTypeId', 'requestTypeId: the id of a request type is expected');
  if (typeof subject !== 'string' || subject === '') throw invalid('subject', 'subject: a text is expected');
  const requesters = requesterUserIds ?? [call.principal.userId ?? org.adminId];
  if (!Array.isArray(requesters) || !requesters.every((id) => org.users.get(String(id))))
    throw invalid('requesterUserIds', 'requesterUserIds: existing users are expected');
  const now = org.clock.seconds();
  const permalinkId = [...org.objects.of(typedRequests.path)].length + 1;
  const request = org.objects.put({
    ...{ id: hexId(org.ids.next('req')), list: typedRequests.path, created: now, lastUpdated: now },
    body: {
      ...{ ...createdBy(call), type: 'ACCESS_REQUEST', subject, requestTypeId, requestStatus: 'OPEN' },
      ...{ requesterUserIds: requesters, requesterFieldValues, resolved: null, permalinkId },
      ...{ approvals: [], actions: null },
    },
  });
  recordRequest(call, 'access.request.create', typedRequests, request, { requestTypeId });
  return { status: 201, body: viewOf(call, typedRequests, request) };
}

const hexId = (id: string) => createHash('sha256').update(id).digest('hex').slice(0, 24);
