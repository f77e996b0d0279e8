import { activatePolicyRule } from './activate-policy-rule.ts';
import { createPolicyRule } from './create-policy-rule.ts';
import { deactivatePolicyRule } from './deactivate-policy-rule.ts';
import { deletePolicyRule } from './delete-policy-rule.ts';
import { listPolicies } from './list-policies.ts';
import { listPolicyRules } from './list-policy-rules.ts';
import { runPolicySimulation } from './run-policy-simulation.ts';
import { updatePolicyRule } from './update-policy-rule.ts';

/** In display order. */
export const policyActions = [
  listPolicies,
  runPolicySimulation,
  listPolicyRules,
  createPolicyRule,
  updatePolicyRule,
  activatePolicyRule,
  deactivatePolicyRule,
  deletePolicyRule,
] as const;
