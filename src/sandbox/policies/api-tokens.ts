import { iso } from '../clock.ts';
import { oktaError } from '../errors.ts';
import { type Answer, type Call, type Endpoint, noContent } from '../http.ts';
import type { Json } from '../json.ts';
import { plainView } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import { apiTokenId, revokeOrgToken } from '../oauth/token-events.ts';
import type { Org } from '../org.ts';
import type { IdFactory } from '../random.ts';

const path = '/api/v1/api-tokens';
const day = 24 * 3600 * 1000;

/** What is known about API tokens. Only an administrator in the console can make one. */
export const apiTokenKind = defineKind({
  path,
  param: 'apiTokenId',
  prefix: '00T',
  type: 'Token',
  scope: 'okta.apiTokens',
  serves: ['list', 'read', 'replace', 'delete'],
  change: (_, { network }, { body }) => ({ ...body, network: network ?? body.network }),
  view,
  links: ({ origin }, { body: { userId } }, self) => ({
    self: { href: self, hints: { allow: ['GET', 'DELETE'] } },
    user: { href: `${origin}/api/v1/users/${userId}`, hints: { allow: ['GET'] } },
  }),
  deleted({ org }, { id }) {
    if (id === apiTokenId) org.tokens.revokeApiToken();
  },
  events: { update: 'system.api_token.update', delete: 'system.api_token.revoke' },
});

/** A token can end its own life. */
export const apiTokenEndpoints: Endpoint[] = [
  { method: 'DELETE', path: `${path}/current`, scope: 'okta.apiTokens.manage', handle: revokeCurrent },
];

function revokeCurrent({ org, principal }: Call): Answer {
  const { tokenId } = principal;
  const token = tokenId === undefined ? undefined : org.objects.get(path, tokenId);
  if (!token) throw oktaError('E0000006');
  org.objects.delete(token);
  revokeOrgToken(org);
  return noContent;
}

/** Each use makes a token valid for 30 more days. */
function view(call: Call, token: StoredObject): Json {
  const { created, lastUpdated, _links, ...body } = plainView(call, apiTokenKind, token);
  return { ...body, expiresAt: iso(token.lastUpdated + 30 * day), created, lastUpdated, _links };
}

/** Adds the token of the org and one that nobody uses any more. */
export function seedApiTokens(org: Org, ids: IdFactory): void {
  const shared = {
    ...{ userId: org.adminId, clientName: 'Okta API', tokenWindow: 'P30D' },
    network: { connection: 'ANYWHERE' },
  };
  const put = (id: string, name: string, age: number) => {
    const created = org.created - age * day;
    org.objects.put({ id, list: path, created, lastUpdated: created, body: { name, ...shared } });
  };
  put(apiTokenId, 'sandbox', 1);
  put(ids.next('00T'), 'Nightly report', 20);
}
