import { invalid, oktaError } from '../errors.ts';
import type { Answer, Call, Endpoint } from '../http.ts';
import type { Json } from '../json.ts';
import { found, partyOf } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import { userParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import type { User } from '../users/user.ts';
import { createdBy, governedView } from './governed.ts';
import { filtered, ordering } from './query.ts';

const api = '/governance/api/v1';
const scope = 'okta.governance.accessCertifications';

/** Campaigns, in which reviewers decide who keeps access to what. */
export const campaigns = defineKind({
  ...{ path: `${api}/campaigns`, param: 'campaignId', prefix: 'ici', type: 'Campaign', scope },
  ...{ serves: ['list', 'read', 'create', 'delete'], created: 201, list: { limit: [20, 200], in: 'data' } },
  make(call, body) {
    for (const name of ['name', 'resourceSettings', 'reviewerSettings', 'scheduleSettings'])
      if (!body[name]) throw invalid(name, `${name}: The field cannot be left blank`);
    return { ...createdBy(call), campaignType: 'RESOURCE', ...body, status: 'SCHEDULED' };
  },
  mayDelete(_call, { body }) {
    if (body.status === 'ACTIVE') throw oktaError('E0000107');
  },
  view(call, campaign) {
    const own = `${campaigns.path}/${campaign.id}`;
    const filter = encodeURIComponent(`campaignId eq "${campaign.id}"`);
    return governedView(call, campaign, {
      ...{ launchCampaign: `${own}/launch`, endCampaign: `${own}/end` },
      reviews: `${api}/reviews?filter=${filter}`,
    });
  },
  events: { create: 'certification.campaign.create', delete: 'certification.campaign.delete' },
});

const filterable = [
  ...['campaignId', 'principalId', 'reviewerId', 'decision', 'resourceId', 'reviewerType', 'reviewerLevel'],
  ...['entitlementValueId', 'entitlementBundleId'],
];

/** One access of one user, to be reviewed. */
export const reviews = defineKind({
  ...{ path: `${api}/reviews`, param: 'reviewId', prefix: 'icr', type: 'Review', scope },
  serves: ['list', 'read'],
  list: {
    ...{ limit: [20, 200], in: 'data' },
    select: ({ query }) => filtered(query, (name) => filterable.includes(name), read),
    order: ordering(['created', 'decided', 'decision', 'remediationStatus'], read),
  },
  view: (call, review) =>
    governedView(call, review, {
      reassignReview: `${campaigns.path}/${review.body.campaignId}/reviews/reassign`,
    }),
});

function read({ body, created }: StoredObject, name: string): unknown {
  if (name === 'created') return created;
  if (name === 'principalId') return (body.principalProfile as Json).id;
  if (name === 'reviewerId') return (body.reviewerProfile as Json | undefined)?.id;
  return body[name];
}

export const campaignEndpoints: Endpoint[] = [
  { method: 'POST', path: `${campaigns.path}/:campaignId/launch`, scope: `${scope}.manage`, handle: launch },
  { method: 'POST', path: `${campaigns.path}/:campaignId/end`, scope: `${scope}.manage`, handle: end },
];

/** Starts a campaign: whoever has access to one of its groups gets a review. */
function launch(call: Call): Answer {
  const campaign = become(call, 'SCHEDULED', 'ACTIVE');
  record(call, 'certification.campaign.launch', { target: [partyOf(campaigns, campaign)] });
  const { targetResources = [] } = campaign.body.resourceSettings as { targetResources?: Json[] };
  for (const { resourceId } of targetResources)
    for (const user of membersOf(call, String(resourceId)))
      addReview(call, campaign, String(resourceId), user);
  return { status: 202 };
}

function end(call: Call): Answer {
  const campaign = become(call, 'ACTIVE', 'COMPLETED');
  for (const review of call.org.objects.of(reviews.path))
    if (review.body.campaignId === campaign.id && review.body.decision === 'UNREVIEWED')
      recordNoResponse(call, campaign, review);
  record(call, 'certification.campaign.close', { target: [partyOf(campaigns, campaign)] });
  return { status: 202 };
}

/** At the end of a campaign, Okta decides for the reviewers who did not. */
function recordNoResponse({ org }: Call, campaign: StoredObject, review: StoredObject): void {
  const { resourceId, principalProfile, remediationStatus } = review.body;
  const user = org.users.get(String((principalProfile as Json).id));
  org.logEvent({
    eventType: 'certification.campaign.item.decide',
    fields: {
      target: [partyOf(reviews, review), ...(user ? [userParty(user)] : [])],
      debugContext: {
        debugData: {
          ...{ campaignId: campaign.id, campaignName: campaign.body.name, campaignItemId: review.id },
          ...{ campaignItemResourceId: resourceId, campaignItemDecision: 'NORESPONSE' },
          campaignItemRemediationStatus: remediationStatus,
        },
      },
    },
  });
}

function become(call: Call, from: string, status: string): StoredObject {
  const campaign = found(call, campaigns);
  if (campaign.body.status !== from) throw oktaError('E0000107');
  const lastUpdated = call.org.clock.seconds();
  return call.org.objects.put({ ...campaign, lastUpdated, body: { ...campaign.body, status } });
}

function membersOf({ org }: Call, groupId: string): User[] {
  const group = org.groups.get(groupId);
  return group ? [...org.groups.memberIds(group)].map((id) => org.users.get(id) as User) : [];
}

function addReview(call: Call, campaign: StoredObject, resourceId: string, user: User): void {
  const { org } = call;
  const { reviewerId, fallBackReviewerId } = campaign.body.reviewerSettings as Json;
  const reviewer = org.users.get(String(reviewerId ?? fallBackReviewerId));
  const now = org.clock.seconds();
  org.objects.put({
    ...{ id: org.ids.next('icr'), list: reviews.path, created: now, lastUpdated: now },
    body: {
      ...{ ...createdBy(call), campaignId: campaign.id, resourceId, decision: 'UNREVIEWED' },
      ...{ remediationStatus: 'NONE', principalProfile: profileOf(user) },
      ...(reviewer ? { reviewerProfile: profileOf(reviewer) } : {}),
      ...{ reviewerType: 'USER', assignmentType: 'GROUP', riskRuleConflicts: [], delegated: false },
    },
  });
}

function profileOf({ id, status, profile: { email, firstName, lastName } }: User): Json {
  return { id, email, firstName, lastName, status };
}
