import { policy } from '../../resources/policy/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const policyChanged = logTrigger({
  key: 'policy_changed',
  resource: policy,
  title: 'Policy changed',
  description:
    'Fires when a policy or one of its rules is created, changed, activated, deactivated or deleted.',
  eventTypes: [
    'policy.lifecycle.create',
    'policy.lifecycle.update',
    'policy.lifecycle.activate',
    'policy.lifecycle.deactivate',
    'policy.lifecycle.delete',
    'policy.rule.add',
    'policy.rule.update',
    'policy.rule.activate',
    'policy.rule.deactivate',
    'policy.rule.delete',
  ],
  includes: policy,
  narrowedBy: ['policy'],
  tellsChanges: { of: 'values', example: 'policy_priority' },
});
