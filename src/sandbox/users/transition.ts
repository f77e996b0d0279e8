import type { Org } from '../org.ts';
import type { User, UserStatus } from './user.ts';

/** The user with another status, not yet saved. */
export function withStatus(org: Org, user: User, status: UserStatus, changes: Partial<User> = {}): User {
  const now = org.clock.seconds();
  return { ...user, ...changes, status, statusChanged: now, lastUpdated: now };
}

/** The user with other changes, not yet saved. */
export function withChanges(org: Org, user: User, changes: Partial<User>): User {
  return { ...user, ...changes, lastUpdated: org.clock.seconds() };
}
