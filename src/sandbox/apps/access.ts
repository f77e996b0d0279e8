import type { Call } from '../http.ts';
import type { LogParty } from '../system-log/event.ts';
import { appParty, appUserParty, userParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import type { User } from '../users/user.ts';
import type { App } from './app-store.ts';

/** Makes a change of one user or of the user's groups, and logs the apps that the user gets or loses by it. */
export function changeAccess<T>(call: Call, user: User, change: () => T): T {
  return logAccess(call, { apps: call.org.apps.from(), users: [user] }, change);
}

/** Makes a change, and logs which of these users get or lose which of these apps by it. */
export function logAccess<T>(
  call: Call,
  { apps, users }: { apps: Iterable<App>; users: readonly User[] },
  change: () => T,
): T {
  const { org } = call;
  const before = [...apps].flatMap((app) =>
    users.map((user) => ({ app, user, had: org.apps.assignmentOf(app, user) })),
  );
  const result = change();
  for (const { app, user, had } of before) {
    const now = org.users.get(user.id) ?? user;
    const has = org.apps.assignmentOf(app, now);
    if (!had === !has) continue;
    const userName = (had ?? has)?.userName ?? '';
    const what = has ? 'add' : 'remove';
    record(call, `application.user_membership.${what}`, { target: parties(app, now, userName) });
  }
  return result;
}

/** The targets of an event about an assignment. */
export function parties(app: App, user: User, userName: string): LogParty[] {
  return [appUserParty(app, user, userName), appParty(app), userParty(user)];
}
