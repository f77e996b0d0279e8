import { invalid, notFound } from '../errors.ts';
import { type Answer, type Call, type Endpoint, noContent, objectBody } from '../http.ts';
import { isObject, type Json } from '../json.ts';
import { endSessions } from '../sessions/sessions.ts';
import { userParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import type { User } from '../users/user.ts';

export const universalLogoutEndpoints: Endpoint[] = [
  {
    method: 'POST',
    path: '/oauth2/v1/global-token-revocation',
    scope: 'okta.universalLogout.manage',
    handle: revokeAll,
  },
];

/** Ends the sessions of a user and revokes all tokens; apps that can are told to sign the user out. */
function revokeAll(call: Call): Answer {
  const { sub_id: subject } = objectBody(call);
  if (!isObject(subject)) throw invalid('sub_id', 'sub_id: The field cannot be left blank');
  const user = subjectOf(call, subject);
  const target = [userParty(user)];
  endSessions(call.org, user.id);
  call.org.tokens.revokeWhere(({ userId }) => userId === user.id);
  const tokens = [...call.org.objects.all('/api/v1/apps/:appId/tokens')];
  for (const token of tokens) if (token.body.userId === user.id) call.org.objects.delete(token);
  record(call, 'user.authentication.universal_logout.scheduled', { target });
  record(call, 'user.session.clear', { target });
  return noContent;
}

/** The sandbox keeps no subjects of identity providers: the login stands for the subject, whoever the issuer is. */
function subjectOf({ org }: Call, { format, id, iss, sub }: Json): User {
  if (format !== 'opaque' && format !== 'iss_sub')
    throw invalid('sub_id', 'sub_id.format: opaque or iss_sub is expected');
  const known = format === 'opaque' ? org.users.get(String(id)) : org.users.byLogin(String(sub));
  if (format === 'iss_sub' && !iss) throw invalid('sub_id', 'sub_id.iss: The field cannot be left blank');
  if (!known) throw notFound(String(format === 'opaque' ? id : sub), 'User');
  return known;
}
