import type { Call } from '../http.ts';
import { isObject } from '../json.ts';
import { decidingRule } from '../policies/simulate.ts';
import { appParty, userParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import type { User } from '../users/user.ts';
import { parties } from './access.ts';
import { type App, type UserAssignment, userNameFor } from './app-store.ts';

/** Why a user may not sign in to an app. */
export type Denial = 'not_assigned' | 'policy';

/** As whom a user signs in to an app. */
export type Admission = Pick<UserAssignment, 'userName'>;

/**
 * The assignment with which a user signs in to an app; or why not, which is logged. The sandbox asks for no second factor: where
 * a rule lets people in, a password is enough.
 */
export function admit(call: Call, app: App, user: User): Admission | Denial {
  const { org } = call;
  const asUser = { ...call, principal: { actor: userParty(user) } };
  // Everybody may use an app for which Okta keeps no assignments.
  const isOpen = app.settings.implicitAssignment === true;
  const assignment =
    org.apps.assignmentOf(app, user) ?? (isOpen ? { userName: userNameFor(app, user) } : undefined);
  if (!assignment) {
    record(asUser, 'app.generic.unauth_app_access_attempt', {
      target: [appParty(app)],
      outcome: { result: 'FAILURE', reason: 'User is not assigned to the application' },
    });
    return 'not_assigned';
  }
  const groupIds = [...org.groups.ofUser(user.id)].map(({ id }) => id);
  const context = { userId: user.id, groupIds, risk: { level: 'LOW' }, device: { registered: false } };
  const rule = decidingRule(org, 'ACCESS_POLICY', app.id, context);
  const { appSignOn } = isObject(rule?.body.actions) ? rule.body.actions : {};
  if (isObject(appSignOn) && appSignOn.access !== 'DENY') return assignment;
  record(asUser, 'application.policy.sign_on.deny_access', {
    target: parties(app, user, assignment.userName),
    outcome: { result: 'FAILURE', reason: 'Sign-on policy evaluation resulted in DENY' },
  });
  return 'policy';
}
