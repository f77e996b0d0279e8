import { accessReview } from '../../resources/access-review/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const entitlementDriftDetected = logTrigger({
  key: 'entitlement_drift_detected',
  resource: accessReview,
  title: 'Entitlement drift detected',
  description: 'Fires when the entitlements that an app reports differ from those that are governed.',
  eventTypes: ['resource.user_entitlements.drift.detect'],
  narrowedBy: ['user', 'app'],
});
