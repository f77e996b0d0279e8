import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { isOktaError } from '../../errors/errors.ts';
import {
  accessRequest,
  accessRequestSample,
  accessRequestSchema,
} from '../../resources/access-request/resource.ts';
import { needsOf } from '../../resources/answers.ts';
import { governanceDocsOf } from '../../resources/docs.ts';
import { field, limit } from '../../schema/fields.ts';

const path = '/governance/api/v2/requests';

export const listAccessRequests = defineAction({
  key: 'list_access_requests',
  resource: accessRequest,
  title: 'List access requests',
  description:
    'Lists the requests for access that conditions handle. Okta gives this list to OAuth connections only, not to API tokens. Needs Okta Identity Governance.',
  docsUrl: governanceDocsOf('governance.requests.admin.v2', 'Requests', 'listAllRequestsV2'),
  scopes: ['okta.accessRequests.request.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({
    filter: field(
      z.string().min(1).optional(),
      'Filter expression',
      'With eq, for status, grantStatus, requestedFor, resourceId, resourceType, accessScopeId or accessScopeType; lastUpdated takes gt.',
      'status eq "PENDING"',
    ),
    orderBy: field(
      z.string().min(1).optional(),
      'Order by',
      'created or lastUpdated, followed by asc or desc.',
      'created desc',
    ),
    limit,
  }),
  output: z.array(accessRequestSchema),
  calls: [`GET ${path}`],
  async *stream(context, { filter, orderBy, limit }) {
    const query = { filter, orderBy, limit: Math.min(limit ?? 200, 200) };
    const call = {
      method: 'GET',
      path,
      query,
      listIn: ['data'],
      answer: needsOf(accessRequestSchema),
    } as const;
    try {
      yield* context.list(call, limit);
    } catch (error) {
      if (!isOktaError(error) || !['authentication_failed', 'permission_denied'].includes(error.code))
        throw error;
      throw error.with({
        hint: `Okta gives this list to OAuth connections only: connect with OAuth if the connection uses an API token. ${error.hint ?? ''}`.trim(),
      });
    }
  },
  sample: { input: { filter: 'status eq "PENDING"' }, output: [accessRequestSample] },
});
