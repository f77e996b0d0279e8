import { iso } from '../clock.ts';
import { notFound, oktaError } from '../errors.ts';
import { type Answer, type Call, type Endpoint, noContent, objectBody, ok } from '../http.ts';
import type { Json } from '../json.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import type { Org } from '../org.ts';
import { randomSecret } from '../random.ts';

const path = '/api/v1/sessions';
const lifetimeMs = 2 * 3600 * 1000;

/** Sessions of users. A sign-in gives a token that a client exchanges for a session, once. */
export const sessionEndpoints: Endpoint[] = [
  // The session token is the only credential that it needs.
  { method: 'POST', path, handle: createSession },
  { method: 'GET', path: `${path}/:sessionId`, scope: 'okta.sessions.read', handle: getSession },
  { method: 'DELETE', path: `${path}/:sessionId`, scope: 'okta.sessions.manage', handle: deleteSession },
  {
    method: 'POST',
    path: `${path}/:sessionId/lifecycle/refresh`,
    scope: 'okta.sessions.manage',
    handle: refreshSession,
  },
];

/** A token for a session of a user who just signed in. */
export function issueSessionToken(org: Org, userId: string): string {
  const token = `20111${randomSecret(37)}`;
  org.sessionTokens.set(token, userId);
  return token;
}

/** A session of a user. */
export interface OrgSession {
  id: string;
  userId: string;
  /** When the user signed in, in epoch milliseconds. */
  created: number;
}

export function startSession(org: Org, userId: string): OrgSession {
  const { id, created } = putSession(org, userId);
  return { id, userId, created };
}

/** A session that has not ended. */
export function sessionById(org: Org, id: string): OrgSession | undefined {
  const session = valid(org, id);
  return session && { id, userId: String(session.body.userId), created: session.created };
}

/** All sessions that have not ended. */
export function sessionsOf(org: Org): OrgSession[] {
  return [...org.objects.of(path)].flatMap(({ id }) => sessionById(org, id) ?? []);
}

export function endSession(org: Org, id: string): void {
  org.objects.delete({ list: path, id });
}

/** Ends all sessions of a user. */
export function endSessions(org: Org, userId: string): void {
  for (const session of [...org.objects.of(path)])
    if (session.body.userId === userId) org.objects.delete(session);
}

function createSession(call: Call): Answer {
  const { org } = call;
  const token = String(objectBody(call).sessionToken);
  const userId = org.sessionTokens.get(token);
  if (!org.sessionTokens.delete(token) || userId === undefined || !org.users.get(userId))
    throw oktaError('E0000004');
  return ok(view(call, putSession(org, userId), 'me'));
}

function putSession(org: Org, userId: string): StoredObject {
  const now = org.clock.seconds();
  return org.objects.put({
    id: `102${randomSecret(16)}`,
    list: path,
    created: now,
    lastUpdated: now,
    body: { userId, expiresAt: now + lifetimeMs },
  });
}

function getSession(call: Call): Answer {
  return ok(view(call, found(call)));
}

function refreshSession(call: Call): Answer {
  const session = found(call);
  const body = { ...session.body, expiresAt: call.org.clock.seconds() + lifetimeMs };
  return ok(view(call, call.org.objects.put({ ...session, body })));
}

function deleteSession(call: Call): Answer {
  call.org.objects.delete(found(call));
  return noContent;
}

function found({ org, params: { sessionId = '' } }: Call): StoredObject {
  const session = valid(org, sessionId);
  if (!session) throw notFound(sessionId, 'AppSession');
  return session;
}

function valid(org: Org, id: string): StoredObject | undefined {
  const session = org.objects.get(path, id);
  return session && Number(session.body.expiresAt) > org.clock.now() ? session : undefined;
}

/** @param name how links call the session; its user is called the same where it is `me` */
function view({ org, origin }: Call, { id, body, created }: StoredObject, name = id): Json {
  const userId = String(body.userId);
  const profile = org.users.get(userId)?.profile ?? {};
  const self = `${origin}${path}/${name}`;
  return {
    id,
    userId,
    login: profile.login,
    createdAt: iso(created),
    expiresAt: iso(Number(body.expiresAt)),
    status: 'ACTIVE',
    lastPasswordVerification: iso(created),
    lastFactorVerification: null,
    amr: ['pwd'],
    idp: { id: org.id, type: 'OKTA' },
    mfaActive: false,
    _links: {
      self: { href: self, hints: { allow: ['GET', 'DELETE'] } },
      refresh: { href: `${self}/lifecycle/refresh`, hints: { allow: ['POST'] } },
      user: {
        name: `${profile.firstName} ${profile.lastName}`,
        href: `${origin}/api/v1/users/${name === 'me' ? 'me' : userId}`,
        hints: { allow: ['GET'] },
      },
    },
  };
}
