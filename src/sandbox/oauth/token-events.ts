import type { Call } from '../http.ts';
import type { Json } from '../json.ts';
import type { Org } from '../org.ts';
import type { LogParty } from '../system-log/event.ts';
import type { EventType } from '../system-log/event-types.ts';
import { appParty, userParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import type { OAuthClient } from './client.ts';
import { apiTokenId, type Grant } from './token-store.ts';

interface TokenEvent {
  call: Call;
  client: Pick<OAuthClient, 'clientId'>;
  /** The grant; undefined when the request failed before. */
  grant?: Grant;
  failure?: string;
  debugData?: Json;
}

type TokenEventName = 'detect_reuse' | 'grant' | `grant.${'access' | 'id' | 'refresh'}_token` | 'revoke';

/** Logs a token event. The actor is the signed-in user, or the client itself when there is none. */
export function recordTokenEvent(
  name: TokenEventName,
  { call, client, grant, failure, debugData }: TokenEvent,
): void {
  const { org } = call;
  const type: EventType = `app.oauth2.${call.params.authServerId === undefined ? '' : 'as.'}token.${name}`;
  const app = org.apps.get(client.clientId);
  const user = grant?.userId ? org.users.get(grant.userId) : undefined;
  const actor = user ? userParty(user) : clientParty(org, client.clientId);
  record({ ...call, principal: { actor, clientId: client.clientId } }, type, {
    target: app ? [appParty(app)] : [],
    outcome: failure ? { result: 'FAILURE', reason: failure } : undefined,
    debugData: { ...debugData, ...(grant ? { grantedScopes: grant.scopes.join(', ') } : {}) },
  });
}

/** A client acting on its own behalf. */
export function clientParty(org: Org, clientId: string): LogParty {
  const displayName = org.apps.get(clientId)?.label ?? clientId;
  return { id: clientId, type: 'PublicClientApp', alternateId: clientId, displayName, detailEntry: null };
}

/** Revokes the API token as an administrator would in the console. */
export function revokeOrgToken(org: Org): void {
  const admin = org.users.get(org.adminId);
  if (!org.tokens.revokeApiToken(apiTokenId) || !admin) return;
  const target = {
    id: apiTokenId,
    type: 'Token',
    alternateId: 'unknown',
    displayName: 'sandbox',
    detailEntry: null,
  };
  org.log.append({
    eventType: 'system.api_token.revoke',
    fields: { actor: userParty(admin), target: [target] },
  });
}
