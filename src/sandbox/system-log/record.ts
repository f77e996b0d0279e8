import type { App } from '../apps/app-store.ts';
import type { Group } from '../groups/group-store.ts';
import type { EventHook } from '../hooks/hook-store.ts';
import type { Call, Json } from '../http.ts';
import type { UserType } from '../org.ts';
import type { User } from '../users/user.ts';
import type { EventFields, LogParty } from './event.ts';
import type { EventType } from './event-types.ts';

interface EventDetail {
  target?: LogParty[];
  outcome?: { result: string; reason: string | null };
  debugData?: Json;
}

/** Writes the event of something that a caller did. */
export function record(call: Call, eventType: EventType, detail: EventDetail = {}): void {
  call.org.log.append({
    eventType,
    fields: {
      actor: call.principal.actor,
      outcome: detail.outcome ?? { result: 'SUCCESS', reason: null },
      target: detail.target ?? null,
      ...circumstances(call, detail.debugData),
    },
  });
}

/** What every event of a call tells about the call itself. */
export function circumstances(call: Call, debugData: Json = {}): EventFields {
  const { principal, requestId, path, query } = call;
  const rawUserAgent = call.headers.get('user-agent') ?? '';
  const requestUri = path;
  const url = query.size > 0 ? `${path}?${query}` : `${path}?`;
  return {
    client: {
      userAgent: { rawUserAgent, os: 'Unknown', browser: 'UNKNOWN' },
      ipAddress: call.ipAddress,
      id: principal.clientId ?? null,
    },
    transaction: {
      type: 'WEB',
      id: requestId,
      detail: principal.tokenId ? { requestApiTokenId: principal.tokenId } : {},
    },
    debugContext: { debugData: { requestId, requestUri, url, ...debugData } },
  };
}

export function userParty(user: User): LogParty {
  const { login, firstName, lastName } = user.profile;
  const displayName = `${firstName ?? ''} ${lastName ?? ''}`.trim();
  return { id: user.id, type: 'User', alternateId: String(login), displayName, detailEntry: null };
}

export function groupParty(group: Group): LogParty {
  const displayName = String(group.profile.name);
  return { id: group.id, type: 'UserGroup', alternateId: 'unknown', displayName, detailEntry: null };
}

export function appParty(app: App): LogParty {
  return {
    id: app.id,
    type: 'AppInstance',
    alternateId: app.label,
    displayName: app.label,
    detailEntry: null,
  };
}

export function appUserParty(app: App, user: User, userName: string): LogParty {
  const { displayName } = userParty(user);
  return {
    id: `0ua${app.id.slice(3, 9)}${user.id.slice(9)}`,
    type: 'AppUser',
    alternateId: userName,
    displayName,
    detailEntry: null,
  };
}

export function hookParty({ id, name }: EventHook): LogParty {
  return { id, type: 'EventHook', alternateId: 'unknown', displayName: name, detailEntry: null };
}

export function userTypeParty({ id, displayName }: UserType): LogParty {
  return { id, type: 'UserType', alternateId: 'unknown', displayName, detailEntry: null };
}
