import { invalid } from '../errors.ts';
import { type Answer, type Call, type Endpoint, objectBody, ok } from '../http.ts';
import type { Json } from '../json.ts';
import { userParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import type { User } from '../users/user.ts';
import { ownerOf } from './owner.ts';

const path = '/api/v1/users/:userId/risk';

/** The level an administrator has set. Only then is there a stored object. */
export const riskEndpoints: Endpoint[] = [
  { method: 'GET', path, scope: 'okta.userRisk.read', handle: readRisk },
  { method: 'PUT', path, scope: 'okta.userRisk.manage', handle: setRisk },
];

const levels = ['HIGH', 'MEDIUM', 'LOW'];
const listOf = ({ id }: User) => path.replace(':userId', id);
const stored = ({ org }: Call, user: User) => org.objects.get(listOf(user), user.id);

function readRisk(call: Call): Answer {
  const user = ownerOf(call);
  return ok(view(call, user, stored(call, user)?.body ?? { riskLevel: 'NONE' }));
}

/** 201 for the first level of a user, 200 for each later one. */
function setRisk(call: Call): Answer {
  const user = ownerOf(call);
  const { riskLevel, riskReason = 'Admin override risk' } = objectBody(call);
  if (!levels.includes(String(riskLevel)))
    throw invalid('riskLevel', `riskLevel: one of ${levels} is expected`);
  if (typeof riskReason !== 'string' || !/^[a-zA-Z0-9\s\-,.]{0,500}$/.test(riskReason))
    throw invalid(
      'riskReason',
      'riskReason: letters, digits, spaces, hyphens, commas and periods are expected',
    );
  const before = stored(call, user);
  const body = setRiskLevel(call, user, String(riskLevel), riskReason);
  return { status: before ? 200 : 201, body: view(call, user, body) };
}

/** Sets the level of a user, and logs a new one. */
export function setRiskLevel(call: Call, user: User, riskLevel: string, reason = 'Reported risk'): Json {
  const before = stored(call, user);
  const now = call.org.clock.seconds();
  const body = { riskLevel, reason };
  const created = before?.created ?? now;
  call.org.objects.put({ id: user.id, list: listOf(user), created, lastUpdated: now, body });
  if (before?.body.riskLevel !== riskLevel)
    record(call, 'user.risk.change', {
      target: [userParty(user)],
      debugData: {
        risk: `{level=${riskLevel}}`,
        riskChange: JSON.stringify({ riskLevel, priorRiskLevel: before?.body.riskLevel ?? 'NONE' }),
      },
    });
  return body;
}

function view({ origin }: Call, user: User, body: Json): Json {
  return {
    ...body,
    _links: {
      user: { href: `${origin}/api/v1/users/${user.id}`, hints: { allow: ['GET'] } },
      self: { href: `${origin}${listOf(user)}`, hints: { allow: ['GET', 'PUT'] } },
    },
  };
}
