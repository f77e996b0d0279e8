import type { Authentication } from './names.ts';

const OKTA = 'https://developer.okta.com/docs';

/** The pages that the package links to. */
export interface Documentation {
  /** The project's guide to n8n; undefined as long as the project has no public home page. */
  guide?: string;
  actions: string;
  triggers: string;
  instantTriggers: string;
  credentials: Record<Authentication, string>;
}

/**
 * The project's own pages if its home page is public. n8n's lint demands links in any case, and n8n itself links nodes without
 * documentation to npm: until then, Okta's pages take their place, so that no link is dead.
 * @param homepage of the project's package.json; an address at example.com is a placeholder.
 */
export function documentation(homepage: string): Documentation {
  if (/(^|\.)example\.(com|org|net)$/.test(new URL(homepage).hostname)) {
    return {
      actions: `${OKTA}/reference/core-okta-api/`,
      triggers: `${OKTA}/reference/core-okta-api/`,
      instantTriggers: `${OKTA}/concepts/event-hooks/`,
      credentials: {
        token: `${OKTA}/guides/create-an-api-token/main/`,
        signIn: `${OKTA}/guides/implement-oauth-for-okta/main/`,
        privateKey: `${OKTA}/guides/implement-oauth-for-okta-serviceapp/main/`,
      },
    };
  }
  const guide = `${homepage}/docs/n8n.md`;
  const connect = `${homepage}/docs/connect.md`;
  return {
    ...{ guide, actions: guide, triggers: guide, instantTriggers: guide },
    credentials: { token: connect, signIn: connect, privateKey: connect },
  };
}
