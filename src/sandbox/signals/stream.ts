import type { Json } from '../json.ts';
import type { StoredObject } from '../kinds/object-store.ts';

/** Path of the list of streams. */
export const streamPath = '/api/v1/ssf/stream';

const caep = 'https://schemas.openid.net/secevent/caep/event-type';
export const sessionRevoked = `${caep}/session-revoked`;
export const credentialChange = `${caep}/credential-change`;
/** What the org can send. */
export const supportedEvents: readonly string[] = [sessionRevoked, credentialChange];

/** How the older profile, which Apple needs, names the delivery by push, and RFC 8935. */
export const deliveryMethods: readonly string[] = [
  'https://schemas.openid.net/secevent/risc/delivery-method/push',
  'urn:ietf:rfc:8935',
];

/** A stream as the org keeps it. */
export interface StreamBody extends Json {
  clientId: string;
  /** Scheme and host of the request that created it: the issuer of its tokens. */
  origin: string;
  method: string;
  endpointUrl: string;
  /** Never shown again. */
  authorization?: string;
  requested: string[];
  status: 'enabled' | 'disabled';
}

export type Stream = StoredObject & { readonly body: StreamBody };

/** The audience that the org gives a stream: the origin of its receiver. */
export const audienceOf = ({ body }: Stream): string => new URL(body.endpointUrl).origin;

/** What of the requested events the org sends. */
export const deliveredBy = ({ body }: Stream): string[] =>
  body.requested.filter((event) => supportedEvents.includes(event));
