import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { accessReview, accessReviewSchema } from '../../resources/access-review/resource.ts';
import { governanceDocsOf } from '../../resources/docs.ts';
import { field, limit } from '../../schema/fields.ts';

export const listAccessReviews = defineAction({
  key: 'list_access_reviews',
  resource: accessReview,
  title: 'List access reviews',
  description:
    'Lists the reviews of certification campaigns that were launched. Give a filter for one campaign: in a large org Okta may not answer without one. Needs Okta Identity Governance.',
  docsUrl: governanceDocsOf('governance.api', 'Reviews', 'listReviews'),
  scopes: ['okta.governance.accessCertifications.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({
    filter: field(
      z.string().min(1).optional(),
      'Filter expression',
      'With eq, for campaignId, principalId, reviewerId, decision, resourceId, reviewerType, reviewerLevel, entitlementValueId or entitlementBundleId.',
      'campaignId eq "ici1abcdefghijklmnop"',
    ),
    orderBy: field(
      z.string().min(1).optional(),
      'Order by',
      'created, decided, decision or remediationStatus, followed by asc or desc; created asc if omitted.',
      'created desc',
    ),
    limit,
  }),
  output: z.array(accessReviewSchema),
  request: {
    ...{ method: 'GET', path: '/governance/api/v1/reviews', query: ['filter', 'orderBy'] },
    ...{ pageSize: 200, listIn: ['data'] },
  },
  sample: {
    input: { filter: 'campaignId eq "ici1abcdefghijklmnop"' },
    output: [
      {
        ...{
          id: 'icr1abcdefghijklmnop',
          campaignId: 'ici1abcdefghijklmnop',
          resourceId: '00g1abcdefghijklmnop',
        },
        ...{ decision: 'UNREVIEWED', principalProfile: { id: '00u1abcdefghijklmnop' } },
      },
    ],
  },
});
