import type { Call } from '../http.ts';
import type { Json } from '../json.ts';
import type { EventFields, LogParty } from './event.ts';
import type { EventType } from './event-types.ts';

interface EventDetail {
  target?: LogParty[];
  outcome?: { result: string; reason: string | null };
  debugData?: Json;
}

/** Logs an event caused by a call. */
export function record(call: Call, eventType: EventType, detail: EventDetail = {}): void {
  call.org.logEvent({
    eventType,
    fields: {
      actor: call.principal.actor,
      outcome: detail.outcome ?? { result: 'SUCCESS', reason: null },
      target: detail.target ?? null,
      ...circumstances(call, detail.debugData),
    },
  });
}

/** The members of an event that describe the call. */
export function circumstances(call: Call, debugData: Json = {}): EventFields {
  const { principal, requestId, path, query } = call;
  const rawUserAgent = call.headers.get('user-agent') ?? '';
  const requestUri = path;
  const shown = new URLSearchParams([...query].filter(([name]) => !/token/i.test(name)));
  const url = `${path}?${shown}`;
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
