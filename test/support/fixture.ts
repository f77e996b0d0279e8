/** Every recording plays against this org, whichever it was made with. */
export const FIXTURE_ORG = 'https://acme.okta.com';

/** One recorded request and its answer. */
export interface Exchange {
  method: string;
  path: string;
  body?: unknown;
  status: number;
  headers: [string, string][];
  response?: unknown;
}

/** One recorded run of an action. */
export interface Fixture {
  name: string;
  input: Record<string, unknown>;
  exchanges: Exchange[];
}

const SECRET_MEMBERS =
  /"(activationToken|recoveryToken|tempPassword|client_secret|access_token|refresh_token)":"([^"]+)"/g;
const LINK_TOKENS =
  /(\/(?:tokens|welcome|reset_password|signin\/reset-password|activate)\/)([A-Za-z0-9._~-]{6,})/g;
const EMAIL = /[A-Za-z0-9._%+-]+@(?!acme\.test)[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+/g;
const IPV4 =
  /\b(?!203\.0\.113\.|198\.51\.100\.|192\.0\.2\.)(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}\b/g;

/** Takes out of recorded JSON what could be secret, personal, or name another host. */
export function scrub(json: string, orgUrl: string): string {
  const { host } = new URL(orgUrl);
  return json
    .replaceAll(orgUrl, FIXTURE_ORG)
    .replaceAll(host, new URL(FIXTURE_ORG).host)
    .replace(SECRET_MEMBERS, '"$1":"scrubbed"')
    .replace(LINK_TOKENS, '$1scrubbed')
    .replace(EMAIL, 'somebody@acme.test')
    .replace(IPV4, '203.0.113.1');
}
