import type { Call } from '../http.ts';
import { record, userParty } from '../system-log/record.ts';
import { withStatus } from './transition.ts';
import type { User } from './user.ts';

/**
 * Deactivates a user: app assignments go, group memberships stay. Asked for with `Prefer: respond-async` it takes
 * a while, in which the user already shows where it is heading.
 */
export function deactivate(call: Call, user: User): void {
  const { org } = call;
  if (call.headers.get('prefer')?.includes('respond-async') && org.settings.deactivateDelayMs > 0) {
    org.saveUser({ ...user, transitioningTo: 'DEPROVISIONED', version: user.version + 1 });
    org.later(org.settings.deactivateDelayMs, () => finish(call, user.id));
  } else finish(call, user.id);
}

function finish(call: Call, userId: string): void {
  const { org } = call;
  const user = org.users.get(userId);
  if (!user || user.status === 'DEPROVISIONED') return;
  const { transitioningTo: _, ...settled } = withStatus(org, user, 'DEPROVISIONED');
  const deactivated = org.saveUser(settled);
  for (const app of org.apps.from()) app.users.delete(userId);
  org.tokens.revokeWhere((grant) => grant.userId === userId);
  record(call, 'user.lifecycle.deactivate', { target: [userParty(deactivated)] });
}
