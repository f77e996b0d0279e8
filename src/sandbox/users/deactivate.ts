import { changeAccess } from '../apps/access.ts';
import type { Call } from '../http.ts';
import { userParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import { withStatus } from './transition.ts';
import type { User } from './user.ts';

/**
 * Deactivates a user: app assignments and roles are removed, group memberships stay. With `Prefer: respond-async` it takes
 * `deactivateDelayMs`; until then the user has a `transitioningToStatus`.
 */
export function deactivate(call: Call, user: User): void {
  const { org } = call;
  if (call.headers.get('prefer')?.includes('respond-async') && org.settings.deactivateDelayMs > 0) {
    org.saveUser({ ...user, transitioningTo: 'DEPROVISIONED' });
    org.later(org.settings.deactivateDelayMs, () => finish(call, user.id));
  } else finish(call, user.id);
}

function finish(call: Call, userId: string): void {
  const { org } = call;
  const user = org.users.get(userId);
  if (!user || user.status === 'DEPROVISIONED') return;
  const { transitioningTo: _, ...settled } = withStatus(org, user, 'DEPROVISIONED');
  const deactivated = changeAccess(call, user, () => {
    for (const app of org.apps.from()) app.users.delete(userId);
    org.tokens.revokeWhere((grant) => grant.userId === userId);
    const saved = org.saveUser(settled);
    record(call, 'user.lifecycle.deactivate', { target: [userParty(saved)] });
    return saved;
  });
  if (org.roles.of(userId).length > 0) {
    org.roles.forget(userId);
    record(call, 'user.account.privilege.revoke', { target: [userParty(deactivated)] });
  }
}
