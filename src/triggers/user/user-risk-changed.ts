import { user } from '../../resources/user/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const userRiskChanged = logTrigger({
  key: 'user_risk_changed',
  resource: user,
  title: 'User risk changed',
  description: 'Fires when Okta finds a risk for a user, or changes its level.',
  eventTypes: ['user.risk.change', 'user.risk.detect'],
  includes: user,
  narrowedBy: ['user'],
  tellsChanges: { of: 'values', example: 'riskLevel' },
});
