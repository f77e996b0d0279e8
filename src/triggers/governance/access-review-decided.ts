import { accessReview } from '../../resources/access-review/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const accessReviewDecided = logTrigger({
  key: 'access_review_decided',
  resource: accessReview,
  title: 'Access review decided',
  description: 'Fires when a reviewer decides about an item of a campaign or of a security access review.',
  eventTypes: ['certification.campaign.item.decide', 'access.review.action'],
  narrowedBy: ['user'],
});
