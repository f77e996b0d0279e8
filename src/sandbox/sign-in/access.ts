import type { App, UserAssignment } from '../apps/app-store.ts';
import { userNameFor } from '../apps/app-store.ts';
import type { Call } from '../http.ts';
import { denies, signOnRule } from '../policies/sign-on.ts';
import { appParty, appUserParty, userParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import type { User } from '../users/user.ts';

/** Whether a user may sign in to an app, and as whom. */
export type AppAccess = { userName: string } | { refused: 'user_not_assigned' | 'policy_denied' };

/**
 * Decides whether a user may sign in to an app: assigned, directly or through a group, and not denied by the sign-on policy.
 * A refusal is logged.
 */
export function appAccess(call: Call, app: App, user: User): AppAccess {
  const { org } = call;
  const asUser = { ...call, principal: { ...call.principal, actor: userParty(user) } };
  const assignment: Pick<UserAssignment, 'userName'> | undefined =
    org.apps.assignmentOf(app, user) ??
    // Everybody may use an app of which Okta manages no assignments.
    (app.settings.implicitAssignment === true ? { userName: userNameFor(app, user) } : undefined);
  const target = [appParty(app), userParty(user)];
  if (!assignment) {
    const outcome = { result: 'FAILURE', reason: 'user_not_assigned' };
    record(asUser, 'app.generic.unauth_app_access_attempt', { target, outcome });
    return { refused: 'user_not_assigned' };
  }
  const rule = signOnRule(org, app, user);
  if (!rule || !denies(rule)) return { userName: assignment.userName };
  const outcome = { result: 'DENY', reason: 'Sign-on policy evaluation resulted in DENY' };
  const debugData = { ruleId: rule.id, policyId: rule.list.split('/')[4] };
  record(asUser, 'policy.evaluate_sign_on', { target, outcome, debugData });
  record(asUser, 'application.policy.sign_on.deny_access', {
    ...{ target, debugData },
    outcome: { result: 'FAILURE', reason: 'Sign-on policy evaluation resulted in DENY' },
  });
  return { refused: 'policy_denied' };
}

/** Logs that a user has signed in to an app. */
export function recordSso(call: Call, app: App, user: User, userName: string): void {
  const asUser = { ...call, principal: { ...call.principal, actor: userParty(user) } };
  record(asUser, 'user.authentication.sso', {
    target: [appParty(app), appUserParty(app, user, userName)],
    debugData: { signOnMode: app.signOnMode },
  });
}
