import { iso } from '../clock.ts';
import type { Json } from '../json.ts';
import { displayMessages, warnings } from './event-types.ts';

export interface LogParty {
  id: string;
  type: string;
  alternateId: string;
  displayName: string;
  detailEntry: Json | null;
  /** What a change changed. */
  changeDetails?: { from: Json; to: Json };
}

/** A stored event: only what differs from the defaults, which `renderEvent` adds. */
export interface LogRecord {
  uuid: string;
  eventType: string;
  /** When it happened. */
  published: number;
  /** When it appeared in the log; polling is ordered by this, not by `published`. */
  persisted: number;
  /** Members that differ from the defaults. */
  fields: EventFields;
  /** Deliberate departures from the shape of an event. */
  odd?: OddShape;
}

export interface OddShape {
  /** Members to omit, including `uuid` and `published`. */
  omit: string[];
  /** Members to override. */
  show: Json;
}

export interface EventFields extends Json {
  actor?: unknown;
  target?: unknown;
  client?: Json | null;
  outcome?: Json | null;
  transaction?: Json;
  debugContext?: Json;
}

/** Okta itself. */
export const systemActor: LogParty = {
  id: 'system',
  type: 'SystemPrincipal',
  alternateId: 'system@okta.com',
  displayName: 'Okta System',
  detailEntry: null,
};

/** The complete event, as the API and event hooks return it. */
export function renderEvent(record: LogRecord): Json {
  const event = wellFormed(record);
  if (!record.odd) return event;
  for (const name of record.odd.omit) delete event[name];
  return Object.assign(event, record.odd.show);
}

function wellFormed({ uuid, eventType, published, fields }: LogRecord): Json {
  const { client, ...own } = fields;
  const ip = client?.ipAddress ?? null;
  return {
    actor: systemActor,
    client:
      client === null
        ? null
        : { ...emptyClient, ...client, geographicalContext: client?.geographicalContext ?? geography(ip) },
    authenticationContext: emptyAuthentication,
    displayMessage: displayMessages[eventType as keyof typeof displayMessages] ?? eventType,
    eventType,
    outcome: { result: 'SUCCESS', reason: null },
    published: iso(published),
    securityContext: emptySecurity,
    severity: warnings.has(eventType) ? 'WARN' : 'INFO',
    debugContext: { debugData: {} },
    legacyEventType: null,
    transaction: { type: 'WEB', id: uuid.replaceAll('-', ''), detail: {} },
    uuid,
    version: '0',
    request: {
      ipChain: ip === null ? [] : [{ ip, geographicalContext: geography(ip), version: 'V4', source: null }],
    },
    target: null,
    ...own,
  };
}

const emptyClient = {
  userAgent: null,
  zone: 'null',
  device: 'Unknown',
  id: null,
  ipAddress: null,
  geographicalContext: null,
};

const emptyAuthentication = {
  authenticationProvider: null,
  credentialProvider: null,
  credentialType: null,
  issuer: null,
  interface: null,
  authenticationStep: 0,
  rootSessionId: 'unknown',
  externalSessionId: 'unknown',
};

const emptySecurity = { asNumber: null, asOrg: null, isp: null, domain: null, isProxy: null };

// The documentation networks of RFC 5737, given locations so that flows can use them.
const places: Record<string, Json> = {
  '203.0.113.': place('Rome', 'Lazio', 'Italy', '00184', 41.9, 12.5),
  '198.51.100.': place('Toronto', 'Ontario', 'Canada', 'M5H', 43.65, -79.38),
  '192.0.2.': place('Lyon', 'Auvergne-Rhône-Alpes', 'France', '69001', 45.76, 4.84),
};

function place(
  city: string,
  state: string,
  country: string,
  postalCode: string,
  lat: number,
  lon: number,
): Json {
  return { city, state, country, postalCode, geolocation: { lat, lon } };
}

function geography(ip: unknown): Json | null {
  if (typeof ip !== 'string') return null;
  return places[ip.slice(0, ip.lastIndexOf('.') + 1)] ?? null;
}
