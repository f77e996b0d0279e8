import { groupRule } from '../../resources/group-rule/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const groupRuleChanged = logTrigger({
  key: 'group_rule_changed',
  resource: groupRule,
  title: 'Group rule changed',
  description:
    'Fires when a group rule begins or ceases to apply, becomes invalid, fails, or leaves a user out.',
  eventTypes: [
    'group.user_membership.rule.trigger',
    'group.user_membership.rule.deactivated',
    'group.user_membership.rule.invalidate',
    'group.user_membership.rule.error',
    'group.user_membership.rule.add_exclusion',
  ],
  narrowedBy: ['groupRule', 'user'],
});
