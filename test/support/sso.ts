import type { Org } from './arrange.ts';

/** An invented application. */
export const SP = 'https://elsewhere.example';

interface Report {
  step: string;
  status: string;
  changes: { change: string; id?: string; name?: string }[];
}

/** The report of each step, by its name. */
export const stepsOf = ({ steps }: { steps: Report[] }): Record<string, Report> =>
  Object.fromEntries(steps.map((one) => [one.step, one]));

/** An OpenID Connect app as set_up_oidc_sso leaves it, under a label. */
export function oidcApp(
  org: Org,
  label: string,
  {
    redirectUris = [`${SP}/callback`],
    ...more
  }: { redirectUris?: string[]; label?: string; profile?: object } = {},
): Promise<{ id: string }> {
  return org.api('POST', '/api/v1/apps', {
    ...{ name: 'oidc_client', label, signOnMode: 'OPENID_CONNECT' },
    credentials: {
      oauthClient: { token_endpoint_auth_method: 'client_secret_basic', pkce_required: false },
    },
    settings: {
      oauthClient: {
        ...{ application_type: 'web', consent_method: 'TRUSTED', wildcard_redirect: 'DISABLED' },
        ...{ grant_types: ['authorization_code'], response_types: ['code'], redirect_uris: redirectUris },
      },
    },
    profile: { connectorKey: `sso:${label}` },
    ...more,
  });
}
