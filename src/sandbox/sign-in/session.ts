import type { Call } from '../http.ts';
import { type OrgSession, sessionById } from '../sessions/sessions.ts';
import type { User } from '../users/user.ts';

/** The session that the browser of a call has; undefined also if its user may no longer sign in. */
export function browserSession({ org, headers }: Call): (OrgSession & { user: User }) | undefined {
  const id = /(?:^|;\s*)sid=(\w[\w-]*)/.exec(headers.get('cookie') ?? '')?.[1];
  const session = id === undefined ? undefined : sessionById(org, id);
  const user = session && org.users.get(session.userId);
  return session && user?.status === 'ACTIVE' ? { ...session, user } : undefined;
}

/** The header that gives a browser its session, or takes it away. */
export function sessionCookie(session?: OrgSession): Record<string, string> {
  const facts = session ? session.id : '; Max-Age=0';
  return { 'Set-Cookie': `sid=${facts}; Path=/; HttpOnly; SameSite=Lax` };
}
