import { firstCertificate } from './first-certificate.ts';
import { bareCertificate, IDP_KEY, OTHER_KEY } from './saml-keys.ts';
import { unsigned } from './signed.ts';

/** Every recording plays against this org, whichever it was made with. */
export const FIXTURE_ORG = 'https://acme.okta.com';

/** One recorded request and its answer. */
export interface Exchange {
  method: string;
  path: string;
  /** Request headers that change what Okta does. */
  requestHeaders?: Record<string, string>;
  body?: unknown;
  status: number;
  headers: [string, string][];
  response?: unknown;
}

/** One recorded run of an action. */
export interface Fixture {
  name: string;
  /** When it began, by the clock of the client; ISO 8601. */
  at: string;
  input: Record<string, unknown>;
  exchanges: Exchange[];
  output: unknown;
}

/** Whether a request follows the next link of another answer, in its header or its body. */
export function isNextPage(exchanges: readonly Exchange[], { path }: Exchange): boolean {
  const offered: unknown[] = exchanges.flatMap(({ headers, response }) => [
    ...headers.flatMap(([name, value]) =>
      name === 'link' ? (/<([^>]*)>; rel="next"/.exec(value)?.[1] ?? []) : [],
    ),
    (response as { _links?: { next?: { href?: string } } } | undefined)?._links?.next?.href ?? [],
  ]);
  return offered.includes(FIXTURE_ORG + path);
}

/** The items of a page; Okta wraps some lists in an object. */
export function itemsIn({ response }: Exchange): unknown[] {
  const parts = Array.isArray(response) ? [response] : Object.values(response ?? {});
  return parts.find((part) => Array.isArray(part)) ?? [];
}

/** Request headers that change what Okta does. */
const MEANINGFUL = /^(accept|if-match|if-none-match|prefer|okta-version)$/;
/** Sent with every request, unless an action says otherwise. */
const PLAIN_ACCEPT = 'application/json';

/** The request headers to record. Names are lower case. */
export function meaningful(headers: Record<string, string>): Record<string, string> | undefined {
  const kept = Object.entries(headers).filter(
    ([name, value]) => MEANINGFUL.test(name) && !(name === 'accept' && value === PLAIN_ACCEPT),
  );
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}

const SECRET_MEMBERS =
  /"(activationToken|recoveryToken|tempPassword|client_secret|clientSecret|secret_hash|access_token|accessToken|refresh_token|refreshToken|privateKey|sharedSecret|errorId)":"([^"]+)"/g;
/** Keys are new each time: modulus or point, fingerprint, certificate, and the id of a key of a client. */
const KEY_MATERIAL = /("(?:n|x|y|x5t#S256)":|"x5c":\[|"kid":(?="[^"]+","alg"))"[^"]+"/g;
// The id of a refresh token, which begins with oar, is no token.
const LINK_TOKENS =
  /(\/(?:tokens|welcome|reset_password|signin\/reset-password|activate|qr)\/)(?!oar)([A-Za-z0-9._~-]{6,})/g;
/** The code of a sign-in, at random; a code of ours is in small letters. */
const CODES = /([?&"]code(?:=|":"))(?=[a-z_]*[A-Z\d-])[\w-]+/g;
/** Those that recordings need. */
const KNOWN: readonly string[] = [firstCertificate, ...[IDP_KEY, OTHER_KEY].map(bareCertificate)];
/** Certificates in base64, whose lines may be broken: all but the first one of a recorded sandbox are made anew each time. */
const CERTIFICATES = /MII(?:[A-Za-z0-9+/=]|\\n(?!-)){200,}/g;
const EMAIL = /[A-Za-z0-9._%+-]+@(?!acme\.test)[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+/g;
const IPV4 =
  /\b(?!203\.0\.113\.|198\.51\.100\.|192\.0\.2\.)(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}\b/g;
/** Log events quote the User-Agent. */
const VERSIONS = /\b(okta-connector|node)\/\d+\.\d+\.\d+/g;
const REQUEST_IDS = /"x-okta-request-id","([^"]+)"|"requestId":"([^"]+)"/g;
const UUIDS = /\b[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}\b/g;
const OTHER_HOSTS =
  /(https?:\/\/)(?!acme\.okta\.com|json-schema\.org|schemas\.(?:okta\.com|openid\.net)\/)[^/"\s\\>]+/g;

/**
 * Replaces in recorded JSON what could be secret or personal or name another host, and values that differ each time: ids of
 * requests and events are numbered in order of appearance.
 */
export function scrub(json: string, orgUrl: string): string {
  const { host } = new URL(orgUrl);
  const clean = unsigned(json)
    .replaceAll(orgUrl, FIXTURE_ORG)
    .replaceAll(host, new URL(FIXTURE_ORG).host)
    .replace(OTHER_HOSTS, '$1elsewhere.example')
    .replace(SECRET_MEMBERS, '"$1":"scrubbed"')
    .replace(KEY_MATERIAL, '$1"scrubbed"')
    .replace(CERTIFICATES, (text) => (KNOWN.includes(text.replaceAll('\\n', '')) ? text : 'MIIscrubbed'))
    .replace(LINK_TOKENS, '$1scrubbed')
    .replace(CODES, '$1scrubbed')
    .replace(EMAIL, 'somebody@acme.test')
    .replace(IPV4, '203.0.113.1')
    .replace(VERSIONS, '$1/0.0.0');
  const requests = [...clean.matchAll(REQUEST_IDS)].map(([, header, member]) => header ?? member ?? '');
  const uuids = [...clean.matchAll(UUIDS)].map(([uuid]) => uuid);
  const withRequests = numbered(clean, requests, (n) => `request-${n}`);
  return numbered(withRequests, uuids, (n) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`);
}

function numbered(text: string, values: string[], name: (n: number) => string): string {
  return [...new Set(values)].reduce((all, value, at) => all.replaceAll(value, name(at + 1)), text);
}
