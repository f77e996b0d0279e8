/** Requests a minute that Okta admits for one token in most orgs: in the smallest and in the largest ones. */
export interface UsualLimit {
  from: number;
  to: number;
}

/**
 * Ceilings seen in the headers of real orgs, for estimates before the first answer names the real one. They differ by plan,
 * and an administrator can change the share of a token.
 */
const SEEN: Record<string, UsualLimit> = {
  '/api/v1/apps': { from: 10, to: 100 },
  '/api/v1/apps/{id}': { from: 50, to: 500 },
  '/api/v1/users': { from: 50, to: 600 },
  '/api/v1/users/{id}': { from: 50, to: 2000 },
  '/api/v1/groups': { from: 50, to: 500 },
  '/api/v1/groups/{id}': { from: 50, to: 1000 },
  '/api/v1/logs': { from: 10, to: 60 },
  '/api/v1/iam': { from: 100, to: 100 },
  '/api/v1/devices': { from: 50, to: 50 },
  '/api/v1/devices/{id}/users': { from: 300, to: 300 },
  '/api/v1/authenticators': { from: 50, to: 100 },
  '/api/v1/authorizationServers': { from: 50, to: 1000 },
  '/api/v1/realms': { from: 500, to: 500 },
  '/api/v1/logStreams': { from: 300, to: 300 },
  '/api/v1/api-tokens': { from: 50, to: 300 },
  '/api/v1/sessions': { from: 375, to: 375 },
  '/api/v1/agentPools': { from: 10, to: 10 },
  '/api/v1/domains': { from: 15, to: 100 },
  '/api/v1/meta/schemas': { from: 100, to: 1000 },
  '/oauth2/v1/token': { from: 150, to: 150 },
};

const OTHERS: UsualLimit = { from: 50, to: 1000 };

/** What Okta usually admits in a bucket. */
export const usualLimit = (bucket: string): UsualLimit => SEEN[bucket.replace(' write', '')] ?? OTHERS;
