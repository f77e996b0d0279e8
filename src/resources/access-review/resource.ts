import { z } from 'zod';
import { defineResource } from '../../define.ts';
import { field, timestamp } from '../../schema/fields.ts';

const profile = z.looseObject({ id: z.string(), email: z.string().nullish() });

/** A review of one access of one user, as Okta returns it. */
export const accessReviewSchema = z.looseObject({
  id: field(z.string(), 'Review ID', 'Unique id.', 'icr1abcdefghijklmnop'),
  campaignId: field(z.string(), 'Campaign ID', 'The campaign that it belongs to.', 'ici1abcdefghijklmnop'),
  resourceId: field(z.string(), 'Resource ID', 'The app or group.', '00g1abcdefghijklmnop'),
  decision: field(
    z.string(),
    'Decision',
    'UNREVIEWED, APPROVE, REVOKE or another word of Okta.',
    'UNREVIEWED',
  ),
  decided: timestamp('Decided'),
  remediationStatus: field(
    z.string().nullish(),
    'Remediation',
    'What came of the decision: NONE, OPEN, SUCCESS, ERROR, MANUAL.',
    'NONE',
  ),
  principalProfile: field(profile, 'User', 'Whose access it is.', {
    ...{ id: '00u1abcdefghijklmnop', email: 'ana.ruiz@acme.test' },
  }),
  reviewerProfile: field(profile.optional(), 'Reviewer', 'Who decides, if it is a user.', {
    ...{ id: '00u2abcdefghijklmnop', email: 'bo.berg@acme.test' },
  }),
  created: timestamp('Created'),
});

/** Reviews of access in certification campaigns. */
export const accessReview = defineResource({
  key: 'access_review',
  title: 'Access review',
  job: 'governance',
  scopes: ['okta.governance.accessCertifications.read'],
  schema: accessReviewSchema,
  one: '/governance/api/v1/reviews/{reviewId}',
});
