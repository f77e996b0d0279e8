import { z } from 'zod';
import type { ActionContext, ApiCall } from '../../define.ts';
import { field, timestamp } from '../../schema/fields.ts';
import { acknowledged } from '../answers.ts';
import { change, GONE } from '../changes.ts';

const GRANTS = '/api/v1/users/{userId}/grants';
const OF_CLIENT = '/api/v1/users/{userId}/clients/{clientId}';

/** A consent: an app may use a scope in the name of the user. */
export const userGrant = z.looseObject({
  id: field(z.string(), 'Grant ID', 'Unique id.', 'oag1abcdefghijklmnop'),
  status: field(z.string().nullish(), 'Status', 'ACTIVE or REVOKED.', 'ACTIVE'),
  clientId: field(z.string().nullish(), 'Client ID', 'Client ID of the app.', '0oa1abcdefghijklmnop'),
  scopeId: field(z.string().nullish(), 'Scope', 'The scope that the app may use.', 'okta.users.read'),
  userId: field(z.string().nullish(), 'User ID', 'Who has consented.', '00u1abcdefghijklmnop'),
  source: field(z.string().nullish(), 'Source', 'ADMIN or END_USER.', 'END_USER'),
  issuer: field(z.string().nullish(), 'Issuer', 'The authorization server.', 'https://acme.okta.com'),
  created: timestamp('Created'),
  lastUpdated: timestamp('Last updated'),
});

/** A grant with invented data, for samples. */
export const userGrantSample = {
  id: 'oag1abcdefghijklmnop',
  status: 'ACTIVE',
  clientId: '0oa1abcdefghijklmnop',
  scopeId: 'okta.users.read',
  userId: '00u1abcdefghijklmnop',
  source: 'END_USER',
  issuer: 'https://acme.okta.com',
  created: '2026-01-02T03:04:05.000Z',
  lastUpdated: '2026-01-02T03:04:05.000Z',
};

/** Whose grants: all of a user, those for one client, or a single one. */
interface Meant {
  userId: string;
  clientId?: string;
  grantId?: string;
}

/** Requests that the revocations send. */
export const REVOCATIONS = [
  `GET ${GRANTS}`,
  `DELETE ${GRANTS}`,
  `DELETE ${GRANTS}/{grantId}`,
  `DELETE ${OF_CLIENT}/grants`,
  `GET ${OF_CLIENT}/tokens`,
  `DELETE ${OF_CLIENT}/tokens`,
] as const;

/** Revokes grants, if there are any: Okta answers alike in both cases. */
export async function revokeGrants(context: ActionContext, meant: Meant): Promise<{ changed: boolean }> {
  const { userId, clientId, grantId } = meant;
  const call = { path: GRANTS, params: { userId } };
  for await (const grant of activeOnes(context, call)) {
    const isMeant = grantId ? grant.id === grantId : !clientId || grant.clientId === clientId;
    if (isMeant) return change(context, { method: 'DELETE', ...placeOf(meant) }, [GONE]);
  }
  return { changed: false };
}

function placeOf({ userId, clientId, grantId }: Meant): Pick<ApiCall, 'path' | 'params'> {
  if (grantId) return { path: `${GRANTS}/{grantId}`, params: { userId, grantId } };
  if (clientId) return { path: `${OF_CLIENT}/grants`, params: { userId, clientId } };
  return { path: GRANTS, params: { userId } };
}

/** Revokes the refresh tokens that a client holds for a user, if there are any. */
export async function revokeClientTokens(
  context: ActionContext,
  params: { userId: string; clientId: string },
) {
  const call = { path: `${OF_CLIENT}/tokens`, params };
  for await (const _ of activeOnes(context, call)) {
    await context.call({ method: 'DELETE', ...call, answer: acknowledged });
    return { changed: true };
  }
  return { changed: false };
}

async function* activeOnes(context: ActionContext, call: Pick<ApiCall, 'path' | 'params'>) {
  const all = context.list({ method: 'GET', ...call, query: { limit: 200 }, answer: userGrant });
  for await (const one of all) if (one.status !== 'REVOKED') yield one;
}
